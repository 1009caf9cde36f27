package io.millrace.producer.send;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One Produce request: at most one batch of each partition. Owned by the producer's thread. */
public final class ProduceCall {
    private static final long UNKNOWN = -1;

    private final List<Entry> entries = new ArrayList<>();
    private final Consumer<ProduceCall> onEnd;
    private final int nodeId;
    private int bytes;

    /** A batch and whose it is. */
    record Entry(PartitionSender sender, Outgoing outgoing) {}

    ProduceCall(int nodeId, Consumer<ProduceCall> onEnd) {
        this.nodeId = nodeId;
        this.onEnd = onEnd;
    }

    int nodeId() {
        return nodeId;
    }

    void add(PartitionSender sender, Outgoing outgoing) {
        entries.add(new Entry(sender, outgoing));
        bytes += outgoing.batch().contentBytes();
    }

    /** The size of all batches. */
    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** How many batches it holds. */
    public int size() {
        return entries.size();
    }

    /** The partition of one of its batches. */
    public TopicPartition partition(int index) {
        return entries.get(index).sender().partition();
    }

    List<Entry> entries() {
        return entries;
    }

    /** The broker has answered: one result for each batch, in order; null where the broker said nothing. */
    public void answered(List<ProducedPartition> results, List<NodeEndpoint> endpoints) {
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var result = results.get(i);
            entry.sender().answered(entry.outgoing(), result != null ? result
                    : ProducedPartition.failed(entry.sender().partition().partition(),
                            ErrorCode.UNKNOWN_SERVER_ERROR,
                            ProducedPartition.Failure
                                    .because("the broker's answer leaves the partition out")),
                    endpoints);
        }
        onEnd.accept(this);
    }

    /** The request is on its way and no answer is asked for. */
    public void sentUnanswered() {
        for (var entry : entries) {
            entry.sender().answered(entry.outgoing(), ProducedPartition
                    .appended(entry.sender().partition().partition(), UNKNOWN, UNKNOWN, UNKNOWN), List.of());
        }
        onEnd.accept(this);
    }

    /** No answer will come; the broker may have appended the batches or not. */
    public void failed(RuntimeException failure) {
        for (var entry : entries) {
            entry.sender().unanswered(entry.outgoing(), failure);
        }
        onEnd.accept(this);
    }
}
