package io.millrace.consumer.group;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.Set;

/** Is told what becomes of a membership. Called on the client's loop. */
public interface GroupListener {

    /** A rebalance is over: these partitions are the member's own. */
    void assigned(Member member, Set<TopicPartition> partitions);

    /** The group of this member wants to rebalance: it should join again. */
    void rebalanceNeeded(Member member);

    /** The membership is over, and what belonged to it may belong to others: it must join anew. */
    void lost(String reason);

    /** Joining was refused. */
    void failed(RuntimeException reason);
}
