package io.millrace.broker.log;

import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.TimeLookup;
import io.millrace.broker.log.segment.TimestampedOffset;
import io.millrace.broker.log.segment.TransactionIndex;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readers ask of a log that may wait for the disk. Storage threads look it up in the files of its segments; again if compaction replaced a segment
 * meanwhile, whose file may have been another one's by then. Any thread.
 */
public final class ColdReads {
    private static final Logger LOG = LoggerFactory.getLogger(ColdReads.class);
    private static final long SWAP_RETRY_MS = 1;

    /** A search that may block, in segments that are the log's when it begins. */
    private interface Search<T> {
        T in(List<Segment> segments) throws IOException;
    }

    private final PartitionLog log;
    private final SegmentList segments;
    private final StoragePool pool;

    ColdReads(PartitionLog log, SegmentList segments) {
        this.log = log;
        this.segments = segments;
        this.pool = log.resources().pool();
    }

    /** After a cold read: makes the next one succeed, then runs {@code done} on a storage thread. */
    public void warm(long offset, int maxBytes, Runnable done) {
        pool.execute(() -> {
            boolean isReplaced = false;
            try {
                isReplaced = !segments.warm(offset, maxBytes, log.resources().budget(), log.settings());
            } catch (IOException e) {
                LOG.error("cannot read back offset {} of {}", offset, log.folder(), e);
            } finally {
                if (isReplaced) {
                    pool.schedule(done, SWAP_RETRY_MS);
                } else {
                    done.run();
                }
            }
        });
    }

    /** The first record at or after a time, or null; completes on a storage thread. */
    public CompletableFuture<TimestampedOffset> firstAt(long timestampMs) {
        return run(found -> new TimeLookup(found, log.logStartOffset(), log.settings()).firstAt(timestampMs));
    }

    /** The first record with the largest timestamp, or null; completes on a storage thread. */
    public CompletableFuture<TimestampedOffset> firstWithLargestTimestamp() {
        return run(found -> new TimeLookup(found, log.logStartOffset(), log.settings()).firstWithLargest());
    }

    /**
     * The aborted transactions that records between two offsets may belong to; all of them lie below the last stable
     * offset. Completes on a storage thread.
     */
    public CompletableFuture<List<AbortedTransaction>> abortedTransactions(long fromOffset, long endOffset) {
        return run(found -> TransactionIndex.search(found, fromOffset, endOffset, log.settings()));
    }

    /** Completes on a storage thread. */
    private <T> CompletableFuture<T> run(Search<T> search) {
        var result = new CompletableFuture<T>();
        pool.execute(() -> run(search, result));
        return result;
    }

    private <T> void run(Search<T> search, CompletableFuture<T> result) {
        var now = segments.all();
        T found = null;
        Exception failure = null;
        try {
            found = search.in(now);
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        if (now.stream().anyMatch(Segment::isRetired)) {
            pool.schedule(() -> run(search, result), SWAP_RETRY_MS);
        } else if (failure != null) {
            result.completeExceptionally(failure);
        } else {
            result.complete(found);
        }
    }
}
