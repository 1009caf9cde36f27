package io.millrace.broker.request.topic;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.DeleteRecords;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Answers DeleteRecords: each partition's owner moves the start of its log. */
public final class DeleteRecordsHandler implements Handler<DeleteRecords.Request, DeleteRecords.Response> {
    private static final long UP_TO_HIGH_WATERMARK = -1;
    private static final long NO_OFFSET = -1;

    private final Supplier<ClusterImage> image;
    private final PartitionTable partitions;

    public DeleteRecordsHandler(Supplier<ClusterImage> image, PartitionTable partitions) {
        this.image = image;
        this.partitions = partitions;
    }

    /** The partitions of one topic, in the order of the request; each completes on its owner. */
    private record PendingTopic(
            String name, List<CompletableFuture<DeleteRecords.Response.PartitionResult>> results) {

        DeleteRecords.Response.TopicResult join() {
            return new DeleteRecords.Response.TopicResult(
                    name, results.stream().map(CompletableFuture::join).toList());
        }
    }

    @Override
    public void handle(
            DeleteRecords.Request request, Exchange exchange, Reply<DeleteRecords.Response> reply) {
        var pending = new ArrayList<PendingTopic>(request.topics().size());
        for (var topic : request.topics()) {
            var found = image.get().topic(topic.name());
            pending.add(new PendingTopic(topic.name(), topic.partitions().stream()
                    .map(asked -> delete(topic.name(), found, asked)).toList()));
        }
        CompletableFuture.allOf(pending.stream().flatMap(topic -> topic.results.stream())
                .toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> exchange.loop().execute(() -> reply.send(new DeleteRecords.Response(
                        0, pending.stream().map(PendingTopic::join).toList()))));
    }

    private CompletableFuture<DeleteRecords.Response.PartitionResult> delete(
            String name, TopicImage topic, DeleteRecords.Request.Partition asked) {
        if (topic == null || topic.partition(asked.partitionIndex()) == null) {
            return failed(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (TopicImage.isInternal(name)) {
            return failed(asked, ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        var partition = partitions.find(topic.id(), asked.partitionIndex());
        if (partition == null) {
            return failed(asked, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        var result = new CompletableFuture<DeleteRecords.Response.PartitionResult>();
        partition.whenOpen(() -> result.complete(onOwner(partition, asked)));
        return result;
    }

    private static DeleteRecords.Response.PartitionResult onOwner(
            Partition partition, DeleteRecords.Request.Partition asked) {
        var error = partition.checkClient(-1);
        if (error != ErrorCode.NONE) {
            return failure(asked, error);
        }
        var settings = partition.settings().log();
        if (settings.compacts() && !settings.deletes()) {
            return failure(asked, ErrorCode.POLICY_VIOLATION);
        }
        long highWatermark = partition.highWatermark();
        long offset = asked.offset() == UP_TO_HIGH_WATERMARK ? highWatermark : asked.offset();
        if (offset < 0 || offset > highWatermark) {
            return failure(asked, ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        partition.log().advanceLogStart(offset);
        return new DeleteRecords.Response.PartitionResult(
                asked.partitionIndex(), partition.log().logStartOffset(), ErrorCode.NONE);
    }

    private static CompletableFuture<DeleteRecords.Response.PartitionResult> failed(
            DeleteRecords.Request.Partition asked, ErrorCode error) {
        return CompletableFuture.completedFuture(failure(asked, error));
    }

    private static DeleteRecords.Response.PartitionResult failure(
            DeleteRecords.Request.Partition asked, ErrorCode error) {
        return new DeleteRecords.Response.PartitionResult(asked.partitionIndex(), NO_OFFSET, error);
    }
}
