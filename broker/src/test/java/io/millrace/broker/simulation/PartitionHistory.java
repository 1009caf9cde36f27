package io.millrace.broker.simulation;

import io.millrace.broker.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** What was ever committed in one partition, and what each replica holds of it. Owned by the observer. */
final class PartitionHistory {
    private final String name;
    private final List<StoredBatch> committed = new ArrayList<>();
    private final Map<Integer, ReplicaLog> replicas = new TreeMap<>();
    private final Map<Long, StoredBatch> everStored = new HashMap<>();
    private final Map<Long, Integer> nextSequences = new HashMap<>();
    private PartitionImage registered;
    private int fewestReplicas;
    private long committedEnd;
    private long deletedTo;

    PartitionHistory(String name) {
        this.name = name;
    }

    ReplicaLog replica(int brokerId) {
        return replicas.computeIfAbsent(brokerId, ReplicaLog::new);
    }

    long committedEnd() {
        return committedEnd;
    }

    PartitionImage registered() {
        return registered;
    }

    void registered(PartitionImage image) {
        boolean isNewLead = registered == null || registered.leaderEpoch() != image.leaderEpoch();
        int replicas = image.replicas().size();
        fewestReplicas = isNewLead ? replicas : Math.min(fewestReplicas, replicas);
        registered = image;
    }

    /** At this leader epoch: its leader may not know yet of those that are added. */
    int fewestReplicas() {
        return fewestReplicas;
    }

    /** Somebody asks for records below to be deleted: from now on they may be missing. */
    void deleted(long offset) {
        deletedTo = Math.max(deletedTo, offset);
    }

    /** C3: one offset at one leader epoch is one batch. */
    void stored(List<StoredBatch> batches, int brokerId) {
        for (var batch : batches) {
            var other = everStored.putIfAbsent(batch.base() << 20 | batch.epoch(), batch);
            if (other != null && !other.equals(batch)) {
                throw new Violation("C3",
                        name + ": broker " + brokerId + " has " + batch + ", another had " + other);
            }
        }
    }

    /** A leader lets consumers read up to an offset: what it has below is committed, and stays so. */
    void expose(ReplicaLog leader, long highWatermark) {
        for (var batch : leader.batchesFrom(committedEnd)) {
            if (batch.last() < highWatermark) {
                commit(batch);
            }
        }
        committedEnd = Math.max(committedEnd, highWatermark);
    }

    private void commit(StoredBatch batch) {
        if (batch.producerId() >= 0) {
            int sequence = batch.sequence();
            int expected = nextSequences.getOrDefault(batch.producerId(), 0);
            if (sequence != expected) {
                throw new Violation("C7",
                        name + ": producer " + batch.producerId() + " has sequence " + sequence
                                + " committed where " + expected + " is next: " + batch);
            }
            nextSequences.put(batch.producerId(), sequence + (int) (batch.last() - batch.base()) + 1);
        }
        committed.add(batch);
    }

    /** Whether a replica holds all that is committed and not deleted; the first batch that it lacks, or null. */
    StoredBatch lacking(ReplicaLog replica) {
        for (int i = replica.agreed(); i < committed.size(); i++) {
            var batch = committed.get(i);
            if (batch.base() >= deletedTo && !batch.equals(replica.at(batch.base()))) {
                return batch;
            }
            replica.agreed(i + 1);
        }
        return null;
    }

    /** C2: whoever may be elected cleanly has all that is committed. */
    void check(IntPredicate isExempt, Supplier<String> when) {
        if (registered == null) {
            return;
        }
        for (int member : registered.isr()) {
            check(member, isExempt, when);
        }
        for (int member : registered.elr()) {
            check(member, isExempt, when);
        }
    }

    private void check(int member, IntPredicate isExempt, Supplier<String> when) {
        if (!isExempt.test(member)) {
            var missing = lacking(replica(member));
            if (missing != null) {
                throw new Violation("C2", name + ": " + replica(member) + " lacks " + missing + " of "
                        + committedEnd + " committed, though it may lead: " + registered + ", after "
                        + when.get());
            }
        }
    }

    /** How many of its replicas hold all that is committed, or held it until they lost power. */
    long copies(IntPredicate isExempt) {
        return registered.replicas().stream()
                .filter(id -> isExempt.test(id) || lacking(replica(id)) == null).count();
    }

    /** The committed batch of a producer's sequence; null if there is none. */
    StoredBatch committed(long producerId, int sequence) {
        for (int i = committed.size() - 1; i >= 0; i--) {
            var batch = committed.get(i);
            if (batch.producerId() == producerId && batch.sequence() == sequence) {
                return batch;
            }
        }
        return null;
    }

    long deletedTo() {
        return deletedTo;
    }

    @Override
    public String toString() {
        return name + " committed to " + committedEnd + ", " + replicas.values() + ", registered "
                + registered;
    }
}
