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
        /** Nobody knows, or the leader's state is old: the metadata will show what became of it. */
        UNDECIDED,
        /** Neither this nor an earlier attempt of the very same proposal was carried out, or will be. */
        REFUSED
    }

    /** Does not fail; proposing the same again does no harm. */
    CompletableFuture<Outcome> propose(Proposal proposal);
}
