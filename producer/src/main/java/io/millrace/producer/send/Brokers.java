package io.millrace.producer.send;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The cluster and the clock, as the sender sees them. Called, and calls back, on the producer's thread. */
public interface Brokers {
    /** The id of nobody. */
    int NO_NODE = -1;

    long nowNs();

    /** Runs a task later. */
    void after(long delayNs, Runnable task);

    /** The node that leads a partition, or {@link #NO_NODE}. */
    int leaderOf(TopicPartition partition);

    /** Whether a node takes a request now; if not, its connection is opened and the sender is told when it may. */
    boolean isReady(int nodeId);

    /** Sends to a node that is ready; the call is answered, or fails, later. */
    void send(int nodeId, ProduceCall call);

    /** Something about the leaders has proved wrong. */
    void refresh();

    /** A broker says who leads the partition now, and where brokers listen. */
    void hint(TopicPartition partition, CurrentLeader leader, List<NodeEndpoint> endpoints);

    /** Asks for a producer id of our own; fails with an ApiException if there is none to be had. */
    CompletableFuture<Identity> newIdentity();
}
