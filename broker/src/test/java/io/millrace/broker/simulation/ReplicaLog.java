package io.millrace.broker.simulation;

import io.millrace.broker.log.LogBatches;
import io.millrace.broker.log.PartitionLog;
import java.util.ArrayList;
import java.util.List;

/** What one broker's copy of a partition holds, known also while the broker is down. Owned by the observer. */
final class ReplicaLog {
    private final int brokerId;
    private final List<StoredBatch> batches = new ArrayList<>();
    private PartitionLog log;
    private long start;
    private long end;
    private long highWatermark;
    /** How many of the committed batches are known to be here, counted from the first ever. */
    private int agreed;

    ReplicaLog(int brokerId) {
        this.brokerId = brokerId;
    }

    int brokerId() {
        return brokerId;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    long highWatermark() {
        return highWatermark;
    }

    List<StoredBatch> batches() {
        return batches;
    }

    int agreed() {
        return agreed;
    }

    void agreed(int count) {
        agreed = count;
    }

    /** Whether this log, or its end, differs from what is known. */
    boolean differs(PartitionLog now) {
        return log != now || end != now.logEndOffset() || start != now.logStartOffset();
    }

    /** Reads what is new; answers the batches that are. */
    List<StoredBatch> follow(PartitionLog now) {
        if (log != now) {
            log = now;
            batches.clear();
            agreed = 0;
            end = now.logStartOffset();
            highWatermark = 0;
        }
        start = now.logStartOffset();
        long nowEnd = now.logEndOffset();
        if (nowEnd < end || batches.isEmpty()) {
            cutTo(nowEnd);
        }
        int known = batches.size();
        long from = batches.isEmpty() ? start : end;
        if (nowEnd > from) {
            LogBatches.read(now, from, batch -> batches.add(StoredBatch.of(batch)));
        }
        end = nowEnd;
        return batches.subList(known, batches.size());
    }

    private void cutTo(long offset) {
        while (!batches.isEmpty() && batches.get(batches.size() - 1).last() >= offset) {
            batches.remove(batches.size() - 1);
        }
        agreed = 0;
    }

    void highWatermark(long offset) {
        highWatermark = offset;
    }

    /** The batches that begin at an offset or behind. */
    List<StoredBatch> batchesFrom(long offset) {
        return batches.subList(place(offset), batches.size());
    }

    /** The batch that begins at an offset; null if there is none. */
    StoredBatch at(long offset) {
        int place = place(offset);
        return place < batches.size() && batches.get(place).base() == offset ? batches.get(place) : null;
    }

    /** Of the first batch that begins at an offset or behind. */
    private int place(long offset) {
        int low = 0;
        int high = batches.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (batches.get(middle).base() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public String toString() {
        return "broker " + brokerId + " [" + start + ", " + highWatermark + ", " + end + ")";
    }
}
