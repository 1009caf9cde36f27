package io.millrace.broker.log;

import io.millrace.broker.log.segment.Segment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Looks things up in the files of a log's segments, on storage threads; again if compaction replaced a segment
 * meanwhile, whose file may have been another one's by then. Any thread.
 */
final class SegmentLookup {
    static final long SWAP_RETRY_MS = 1;

    /** A search that may block, in segments that are the log's when it begins. */
    interface Search<T> {
        T in(List<Segment> segments) throws IOException;
    }

    private final SegmentList segments;
    private final StoragePool pool;

    SegmentLookup(SegmentList segments, StoragePool pool) {
        this.segments = segments;
        this.pool = pool;
    }

    /** Completes on a storage thread. */
    <T> CompletableFuture<T> run(Search<T> search) {
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
