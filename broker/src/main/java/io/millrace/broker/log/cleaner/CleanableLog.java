package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.producer.LastBatches;
import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A log as compaction sees it. Cleaner threads call; what changes the log is passed on to its owner. */
public interface CleanableLog {

    Path folder();

    Disk disk();

    LogSettings settings();

    CleaningClaim claim();

    /** Oldest first; the last one takes appends. */
    List<Segment> segments();

    long logStartOffset();

    /** Nothing at or above it is compacted: some replica may lack it, or a transaction is open. */
    long lastStableOffset();

    /** Up to where the log was compacted before, or -1. */
    long cleanedTo();

    /** Remembers that, durably. Blocks. */
    void cleanedTo(long offset) throws IOException;

    /** Those that records between two offsets may belong to. May block. */
    List<AbortedTransaction> abortedTransactions(long fromOffset, long endOffset) throws IOException;

    /** As of now. */
    CompletableFuture<LastBatches> lastBatches();

    /**
     * Whether these neighbours are still in the log and may be replaced; if so they stay there until {@link #endSwap}.
     */
    CompletableFuture<Boolean> beginSwap(List<Segment> old);

    /**
     * Puts a segment in the place of those for which a swap was begun, whose files go after a while; with null they
     * stay.
     */
    CompletableFuture<Void> endSwap(List<Segment> old, Segment fresh);
}
