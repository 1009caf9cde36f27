package io.millrace.broker.partition;

import io.millrace.protocol.wire.Uuid;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How a leader asks the controller for another ISR. What was decided comes back with the metadata. */
public interface IsrProposals {

    /** A member of an ISR, as the process that it was when it caught up (KIP-903). */
    record Member(int brokerId, long brokerEpoch) {}

    /** What a leader wants, and the state on which it wants it. */
    record Proposal(Uuid topicId, int index, int leaderEpoch, int partitionEpoch, List<Member> isr) {}

    /** How the controller answered. */
    enum Outcome {
        /** Committed, or it was so already: the metadata says so, or will. */
        ACCEPTED,
        /** The leader's state is old: newer metadata is on its way. */
        OUTDATED,
        /** It was not carried out, and will not be. */
        REFUSED
    }

    /** Fails if it is not known whether the proposal was or will be carried out. */
    CompletableFuture<Outcome> propose(Proposal proposal);
}
