package io.millrace.broker.metadata;

import io.millrace.protocol.codec.Tagged;
import java.util.List;

/**
 * A partition's placement and leadership. The leader epoch rises when the leader changes or the controller drops a
 * replica from the ISR, the partition epoch at every change. Replicas are in order of preference, and during a
 * reassignment are old and new ones together.
 */
public record PartitionImage(
        int index,
        List<Integer> replicas,
        List<Integer> isr,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        /* Not in the ISR, but they have all that is committed: they left while it was too small to commit (KIP-966). */
        @Tagged(0) List<Integer> elr,
        /* Members of ISR or ELR that restarted uncleanly since: they may have lost what was committed. */
        @Tagged(1) List<Integer> lastKnownElr,
        @Tagged(2) List<Integer> adding,
        @Tagged(3) List<Integer> removing,
        /* Whether the leader was elected uncleanly and has not said yet that it is ready. */
        @Tagged(4) boolean recovering) {

    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = isr.equals(replicas) ? replicas : List.copyOf(isr);
        elr = List.copyOf(elr);
        lastKnownElr = List.copyOf(lastKnownElr);
        adding = List.copyOf(adding);
        removing = List.copyOf(removing);
    }

    /** A partition without eligible replicas outside the ISR, and without a reassignment. */
    public PartitionImage(int index, List<Integer> replicas, List<Integer> isr, int leader, int leaderEpoch,
            int partitionEpoch) {
        this(index, replicas, isr, leader, leaderEpoch, partitionEpoch, List.of(), List.of(), List.of(),
                List.of(), false);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    public boolean hasReplica(int brokerId) {
        return replicas.contains(brokerId);
    }

    public boolean isReassigning() {
        return !adding.isEmpty() || !removing.isEmpty();
    }

    /** Changes to this partition, none so far. */
    public Editor edit() {
        return new Editor(this);
    }

    /** Gathers changes to one partition; used by one thread. */
    public static final class Editor {
        private final PartitionImage base;
        private List<Integer> replicas;
        private List<Integer> isr;
        private int leader;
        private List<Integer> elr;
        private List<Integer> lastKnownElr;
        private List<Integer> adding;
        private List<Integer> removing;
        private boolean recovering;

        private Editor(PartitionImage base) {
            this.base = base;
            replicas = base.replicas;
            isr = base.isr;
            leader = base.leader;
            elr = base.elr;
            lastKnownElr = base.lastKnownElr;
            adding = base.adding;
            removing = base.removing;
            recovering = base.recovering;
        }

        public Editor replicas(List<Integer> next) {
            replicas = next;
            return this;
        }

        public Editor isr(List<Integer> next) {
            isr = next;
            return this;
        }

        public Editor leader(int next) {
            leader = next;
            return this;
        }

        public Editor elr(List<Integer> next) {
            elr = next;
            return this;
        }

        public Editor lastKnownElr(List<Integer> next) {
            lastKnownElr = next;
            return this;
        }

        public Editor reassignment(List<Integer> nextAdding, List<Integer> nextRemoving) {
            adding = nextAdding;
            removing = nextRemoving;
            return this;
        }

        public Editor recovering(boolean next) {
            recovering = next;
            return this;
        }

        /** The changed partition at these epochs. */
        public PartitionImage build(int leaderEpoch, int partitionEpoch) {
            return new PartitionImage(base.index, replicas, isr, leader, leaderEpoch, partitionEpoch, elr,
                    lastKnownElr, adding, removing, recovering);
        }
    }
}
