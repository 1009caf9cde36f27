package io.millrace.broker.controller.replica;

import io.millrace.broker.metadata.PartitionImage;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Works out the next state of one partition: finishes a reassignment, elects, and keeps the eligible replicas (KIP-966).
 * The leader epoch rises when the leader changes, starts anew, or when a replica goes, or a member of the ISR that the
 * leader did not drop itself: what it said before it went is void if it comes back. Used once, by one thread.
 */
final class PartitionChange {

    /** Whom to elect. */
    enum Election {
        /** Keep the leader while it can lead. */
        WHEN_NEEDED,
        /** The first replica, if it is in sync. */
        PREFERRED,
        /** Any live replica, if nobody is eligible and no old leader can still act: records may be lost. */
        UNCLEAN
    }

    private final PartitionImage before;
    private final Liveness liveness;
    private final TopicRules rules;
    private List<Integer> replicas;
    private List<Integer> adding;
    private List<Integer> removing;
    private List<Integer> isr;
    private List<Integer> isrOfLeader;
    private Set<Integer> restarted = Set.of();
    private Set<Integer> lossy = Set.of();
    private Election election = Election.WHEN_NEEDED;
    private int leader;
    private boolean recovering;
    private boolean electedUncleanly;

    PartitionChange(PartitionImage before, Liveness liveness, TopicRules rules) {
        this.before = before;
        this.liveness = liveness;
        this.rules = rules;
        replicas = before.replicas();
        adding = before.adding();
        removing = before.removing();
        isr = before.isr();
        isrOfLeader = before.isr();
        leader = before.leader();
        recovering = before.recovering();
    }

    /** The leader itself wants this ISR, and is ready to serve. */
    PartitionChange leaderAsks(List<Integer> newIsr, boolean isRecovering) {
        isr = newIsr;
        isrOfLeader = newIsr;
        recovering = isRecovering;
        return this;
    }

    /** The controller takes members out of the ISR. */
    PartitionChange isr(List<Integer> remaining) {
        isr = remaining;
        return this;
    }

    PartitionChange elect(Election kind) {
        election = kind;
        return this;
    }

    /** Brokers that are new processes; {@code lossy} ones may have lost records, and are eligible no longer. */
    PartitionChange restarted(Set<Integer> brokers, Set<Integer> lossyBrokers) {
        restarted = brokers;
        lossy = lossyBrokers;
        return this;
    }

    PartitionChange assign(List<Integer> all, List<Integer> nextAdding, List<Integer> nextRemoving) {
        replicas = all;
        adding = nextAdding;
        removing = nextRemoving;
        isr = keep(isr, all::contains);
        return this;
    }

    /** The partition as it was, the very object, if nothing changes. */
    PartitionImage build() {
        isr = keep(isr, id -> !lossy.contains(id));
        finishReassignment();
        var eligible = union(before.elr(), before.isr());
        eligible.removeIf(
                id -> isr.contains(id) || lossy.contains(id) || !replicas.contains(id));
        elect(eligible);
        return next(eligible);
    }

    private void finishReassignment() {
        if (adding.isEmpty() && removing.isEmpty() || !isr.containsAll(adding)) {
            return;
        }
        var staying = keep(isr, id -> !removing.contains(id));
        if (!staying.isEmpty()) {
            isr = staying;
            replicas = keep(replicas, id -> !removing.contains(id));
            adding = List.of();
            removing = List.of();
        }
    }

    private void elect(Collection<Integer> eligible) {
        boolean keepsLeader = isr.contains(leader) && liveness.lives(leader) && !restarted.contains(leader);
        int preferred = replicas.get(0);
        if (election == Election.PREFERRED && isr.contains(preferred) && liveness.stays(preferred)) {
            leader = preferred;
        } else if (!keepsLeader || !liveness.stays(leader)) {
            int chosen = firstReplica(id -> isr.contains(id) && liveness.stays(id));
            if (chosen == PartitionImage.NO_LEADER && keepsLeader) {
                return;
            }
            leader = chosen != PartitionImage.NO_LEADER ? chosen : outsideIsr(eligible);
        }
    }

    private int outsideIsr(Collection<Integer> eligible) {
        int draining = firstReplica(id -> isr.contains(id) && liveness.lives(id));
        if (draining != PartitionImage.NO_LEADER) {
            return draining;
        }
        int clean = firstReplica(id -> eligible.contains(id) && liveness.lives(id));
        if (clean != PartitionImage.NO_LEADER) {
            isr = List.of(clean);
            eligible.remove(clean);
            return clean;
        }
        int unclean = lastKnown(eligible);
        if (unclean == PartitionImage.NO_LEADER
                && (rules.electsUncleanly() || election == Election.UNCLEAN)
                && replicas.stream().noneMatch(liveness::lingers)) {
            unclean = firstReplica(liveness::lives);
        }
        if (unclean != PartitionImage.NO_LEADER) {
            isr = List.of(unclean);
            eligible.clear();
            recovering = true;
            electedUncleanly = true;
        }
        return unclean;
    }

    /** A single replica that ever knew all that was committed: nobody else can know more, so none is waited for. */
    private int lastKnown(Collection<Integer> eligible) {
        var known = union(before.lastKnownElr(), before.elr());
        known.addAll(before.isr());
        boolean isOnly = isr.isEmpty() && eligible.isEmpty() && known.size() == 1;
        return isOnly ? firstReplica(id -> known.contains(id) && liveness.lives(id))
                : PartitionImage.NO_LEADER;
    }

    private int firstReplica(IntPredicate fits) {
        for (int replica : replicas) {
            if (fits.test(replica)) {
                return replica;
            }
        }
        return PartitionImage.NO_LEADER;
    }

    private PartitionImage next(Collection<Integer> eligible) {
        boolean commits = isr.size() >= Math.min(rules.minInsyncReplicas(), replicas.size());
        var elr = commits ? List.<Integer>of() : List.copyOf(eligible);
        var known = union(before.lastKnownElr(), before.elr());
        known.addAll(before.isr());
        known.removeIf(id -> isr.contains(id) || elr.contains(id) || !replicas.contains(id));
        var edit = before.edit().replicas(replicas).reassignment(adding, removing).isr(isr).leader(leader)
                .elr(elr).recovering(recovering)
                .lastKnownElr(commits || electedUncleanly ? List.of() : List.copyOf(known));
        boolean startsAnew = leader != before.leader() || restarted.contains(leader);
        boolean dropped = !isr.containsAll(isrOfLeader) || !replicas.containsAll(before.replicas());
        int leaderEpoch = before.leaderEpoch() + (startsAnew || dropped ? 1 : 0);
        boolean isSame = edit.build(before.leaderEpoch(), before.partitionEpoch()).equals(before)
                && leaderEpoch == before.leaderEpoch();
        return isSame ? before : edit.build(leaderEpoch, before.partitionEpoch() + 1);
    }

    private static List<Integer> keep(List<Integer> ids, IntPredicate fits) {
        return ids.stream().filter(fits::test).toList();
    }

    private static Set<Integer> union(List<Integer> first, List<Integer> second) {
        var union = new LinkedHashSet<>(first);
        union.addAll(second);
        return union;
    }
}
