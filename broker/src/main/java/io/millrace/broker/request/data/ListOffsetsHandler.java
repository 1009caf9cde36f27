package io.millrace.broker.request.data;

import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers ListOffsets: positions at once, times when the storage pool has found them all. */
public final class ListOffsetsHandler implements Handler<ListOffsets.Request, ListOffsets.Response> {
    private static final long OPENING_WAIT_MS = 500;

    private final PartitionTable partitions;
    private final TopicLookup topics;

    public ListOffsetsHandler(PartitionTable partitions, TopicLookup topics) {
        this.partitions = partitions;
        this.topics = topics;
    }

    private record Key(String topic, int partition) {}

    /** The partitions of one topic, in the order of the request; each completes when it is answered. */
    private record PendingTopic(String name,
            List<CompletableFuture<ListOffsets.Response.Partition>> answers) {

        ListOffsets.Response.Topic join() {
            return new ListOffsets.Response.Topic(
                    name, answers.stream().map(CompletableFuture::join).toList());
        }
    }

    @Override
    public void handle(ListOffsets.Request request, Exchange exchange, Reply<ListOffsets.Response> reply) {
        exchange.releaseFrame();
        var reader = new OffsetReader(exchange.version(), request.replicaId(), request.isolationLevel());
        var repeated = repeatedPartitions(request);
        var pending = new ArrayList<PendingTopic>(request.topics().size());
        for (var topic : request.topics()) {
            var found = topics.find(topic.name(), null);
            var answers = new ArrayList<CompletableFuture<ListOffsets.Response.Partition>>();
            for (var asked : topic.partitions()) {
                answers.add(repeated.contains(new Key(topic.name(), asked.partitionIndex()))
                        ? OffsetReader.failed(asked, ErrorCode.INVALID_REQUEST)
                        : answer(found, asked, reader));
            }
            pending.add(new PendingTopic(topic.name(), answers));
        }
        var all = CompletableFuture.allOf(pending.stream().flatMap(topic -> topic.answers.stream())
                .toArray(CompletableFuture<?>[]::new));
        if (all.isDone()) {
            reply.send(join(pending));
        } else {
            all.thenRun(() -> exchange.loop().execute(() -> reply.send(join(pending))));
        }
    }

    private static ListOffsets.Response join(List<PendingTopic> topics) {
        return new ListOffsets.Response(0, topics.stream().map(PendingTopic::join).toList());
    }

    private CompletableFuture<ListOffsets.Response.Partition> answer(
            TopicLookup.Found topic, ListOffsets.Request.Partition asked, OffsetReader reader) {
        if (topic.error() != ErrorCode.NONE) {
            return OffsetReader.failed(asked, topic.error());
        }
        var partition = partitions.find(topic.id(), asked.partitionIndex());
        if (partition == null) {
            return OffsetReader.failed(asked, topics.missing(topic, asked.partitionIndex()));
        }
        return partition.isOpening() ? onceOpen(partition, asked, reader) : reader.read(partition, asked);
    }

    /** A log opens in milliseconds, unless it must be recovered; then the client asks again. */
    private static CompletableFuture<ListOffsets.Response.Partition> onceOpen(
            Partition partition, ListOffsets.Request.Partition asked, OffsetReader reader) {
        var opened = new CompletableFuture<Void>();
        partition.whenOpen(() -> opened.complete(null));
        return opened.completeOnTimeout(null, OPENING_WAIT_MS, TimeUnit.MILLISECONDS)
                .thenCompose(nothing -> reader.read(partition, asked));
    }

    private static Set<Key> repeatedPartitions(ListOffsets.Request request) {
        var seen = new HashSet<Key>();
        var repeated = new HashSet<Key>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                var key = new Key(topic.name(), partition.partitionIndex());
                if (!seen.add(key)) {
                    repeated.add(key);
                }
            }
        }
        return repeated;
    }
}
