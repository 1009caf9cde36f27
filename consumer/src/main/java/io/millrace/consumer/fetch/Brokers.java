package io.millrace.consumer.fetch;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The cluster and the clock, as the fetcher sees them. Called, and calls back, on the client's loop. */
public interface Brokers {
    /** The id of nobody. */
    int NO_NODE = -1;

    long nowNs();

    /** Runs a task later. */
    void after(long delayNs, Runnable task);

    /** What is known of the cluster now. */
    ClusterView view();

    /** Whether a node takes a request now; if not, its connection is opened and the fetcher is told when it may. */
    boolean isReady(int nodeId);

    /** Sends to a node that is ready; the call is answered, or fails, later. */
    void fetch(int nodeId, FetchCall call);

    /** The offsets that a leader has for these timestamps. */
    CompletableFuture<Map<TopicPartition, FoundOffset>> offsets(int nodeId,
            Map<TopicPartition, Long> timestamps);

    /** Where the epochs of these positions end in a leader's log (KIP-320). */
    CompletableFuture<Map<TopicPartition, FoundOffset>> epochEnds(int nodeId,
            Map<TopicPartition, Position> positions);

    /** Where the group left off; partitions that it never committed are absent. */
    CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(Set<TopicPartition> partitions);

    /** Something about the leaders has proved wrong. */
    void refresh();

    /** A broker says who leads the partition now, and where brokers listen. */
    void hint(TopicPartition partition, CurrentLeader leader, List<NodeEndpoint> endpoints);
}
