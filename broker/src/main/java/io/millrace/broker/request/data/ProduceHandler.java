package io.millrace.broker.request.data;

import io.millrace.broker.partition.Append;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.RawHandler;
import io.millrace.protocol.data.ProduceRequestCursor;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Answers Produce: checks every batch on the frame, on the connection's loop, then hands it to its
 * partition's owner. The answer leaves when the last partition has its outcome.
 */
public final class ProduceHandler implements RawHandler {
    private static final int FIRST_VERSION_WITH_ZSTD = 7;
    private static final short ALL_REPLICAS = -1;

    private final PartitionTable partitions;
    private final TopicLookup topics;
    private final LeaderHints hints;
    private final Recompressor recompressor = new Recompressor();
    private final FastThreadLocal<ProduceRequestCursor> cursors = new FastThreadLocal<>() {
        @Override
        protected ProduceRequestCursor initialValue() {
            return new ProduceRequestCursor();
        }
    };
    private final FastThreadLocal<BatchCheck> checks = new FastThreadLocal<>() {
        @Override
        protected BatchCheck initialValue() {
            return new BatchCheck();
        }
    };

    public ProduceHandler(PartitionTable partitions, TopicLookup topics, LeaderHints hints) {
        this.partitions = partitions;
        this.topics = topics;
        this.hints = hints;
    }

    @Override
    public void handle(ByteBuf frame, Exchange exchange) {
        var request = cursors.get();
        request.wrap(frame, exchange.version());
        var answer = new ProduceAnswer(exchange, request.acks(), request.partitionCount(), hints);
        if (request.acks() < ALL_REPLICAS || request.acks() > 1) {
            refuseAll(request, answer);
            return;
        }
        while (request.nextTopic()) {
            var topic = topics.find(request.topicName(), request.topicId());
            answer.topic(topic.name(), topic.id(), request.topicPartitionCount());
            while (request.nextPartition()) {
                append(request, topic, answer, exchange);
            }
        }
        answer.walked();
    }

    private static void refuseAll(ProduceRequestCursor request, ProduceAnswer answer) {
        var reason = "acks is " + request.acks() + ", must be -1, 0 or 1";
        while (request.nextTopic()) {
            answer.topic(request.topicName(), request.topicId(), request.topicPartitionCount());
            while (request.nextPartition()) {
                answer.settle(answer.slot(request.partition()), ProducedPartition.failed(request.partition(),
                        ErrorCode.INVALID_REQUIRED_ACKS, ProducedPartition.Failure.because(reason)));
            }
        }
        answer.walked();
    }

    private void append(
            ProduceRequestCursor request, TopicLookup.Found topic, ProduceAnswer answer, Exchange exchange) {
        int index = request.partition();
        int slot = answer.slot(index);
        if (topic.error() != ErrorCode.NONE) {
            answer.settle(slot, ProducedPartition.failed(index, topic.error(), null));
            return;
        }
        var partition = partitions.find(topic.id(), index);
        if (partition == null) {
            answer.settle(slot, ProducedPartition.failed(index, topics.missing(topic, index),
                    hints.failure(topic.name(), index)));
            return;
        }
        var records = request.records();
        var check = checks.get();
        var refusal = checkBatch(check, records, partition, exchange);
        if (refusal != null) {
            answer.settle(slot, refusal);
            return;
        }
        var append = new Append(
                records, request.acks() == ALL_REPLICAS, request.timeoutMs(),
                done -> answer.settle(slot, outcome(partition, done)));
        if (partition.settings().log().compression().changes(check.batch().compression())) {
            recompressor.rewrite(append, records, check.expandedBytes(), partition);
        }
        if (partition.owner().inEventLoop()) {
            partition.append(append);
        } else {
            partition.owner().execute(() -> partition.append(append));
        }
    }

    private static ProducedPartition checkBatch(
            BatchCheck check, ByteBuf records, Partition partition, Exchange exchange) {
        if (records == null || records.readableBytes() == 0) {
            return ProducedPartition.failed(partition.index(), ErrorCode.INVALID_RECORD,
                    ProducedPartition.Failure.because("there is no record batch for the partition"));
        }
        var refusal = check.refusal(records, partition);
        if (refusal == null && exchange.version() < FIRST_VERSION_WITH_ZSTD
                && check.batch().compression() == Compression.ZSTD) {
            return ProducedPartition.failed(partition.index(), ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    ProducedPartition.Failure.because("zstd needs Produce version 7 or later"));
        }
        return refusal;
    }

    private ProducedPartition outcome(Partition partition, Append append) {
        if (append.error() == ErrorCode.NONE) {
            return ProducedPartition.appended(
                    partition.index(), append.baseOffset(), append.logAppendTimeMs(),
                    append.logStartOffset());
        }
        var failure = append.error() == ErrorCode.NOT_LEADER_OR_FOLLOWER
                ? hints.failure(partition.topic(), partition.index())
                : ProducedPartition.Failure.because(append.errorMessage());
        return ProducedPartition.failed(partition.index(), append.error(), failure);
    }
}
