package io.millrace.broker.controller;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.ImageSnapshot;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.broker.metadata.MetadataRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one term's decisions to the metadata log: one entry is under way, and what is decided meanwhile shares the
 * next one, so an idle controller never waits and a busy one batches. State belongs to the owner, the controller's
 * thread. Takes a snapshot whenever a starting broker would have much to read.
 */
final class EntryWriter {
    private static final Logger LOG = LoggerFactory.getLogger(EntryWriter.class);
    /** Of the entries of a snapshot one in so many is kept for followers that are a little behind. */
    private static final int TRIMMED_PER_KEPT = 10;
    private static final int CHANGES_PER_SNAPSHOT = 50_000;

    private final ControllerTerm term;
    private final MetadataLog log;
    private final MetadataFollower follower;
    private final Executor owner;
    private final Consumer<Throwable> onFailure;
    private final int entriesPerSnapshot;
    private final List<MetadataRecord> gathered = new ArrayList<>();
    private List<Runnable> gatheredCompletions = new ArrayList<>();
    private long newestSequence;
    private long snapshotVersion;
    private long changesSinceSnapshot;
    private boolean writing;
    private boolean snapshotting;
    private boolean over;

    EntryWriter(
            ControllerTerm term, MetadataLog log, MetadataFollower follower, Executor owner,
            Consumer<Throwable> onFailure, int entriesPerSnapshot) {
        this.entriesPerSnapshot = entriesPerSnapshot;
        this.term = term;
        this.log = log;
        this.follower = follower;
        this.owner = owner;
        this.onFailure = onFailure;
    }

    /** Begins after this extent of the log. */
    void startAfter(MetadataLog.Extent extent) {
        newestSequence = extent.newestSequence();
        snapshotVersion = extent.snapshotVersion();
        changesSinceSnapshot = follower.changesRead();
    }

    /** The completion runs once the records, and all before them, are committed and in this broker's image. */
    void write(List<MetadataRecord> records, Runnable completion) {
        if (records.isEmpty() && !writing) {
            completeOnceApplied(List.of(completion));
            return;
        }
        gathered.addAll(records);
        gatheredCompletions.add(completion);
        if (!writing) {
            writeGathered();
        }
    }

    /** Nothing more is written; completions that are open never run. */
    void end() {
        over = true;
    }

    private void writeGathered() {
        var batches = gathered.isEmpty()
                ? List.<MetadataBatch>of()
                : MetadataBatch.split(term.epoch(), gathered);
        var completions = gatheredCompletions;
        gathered.clear();
        gatheredCompletions = new ArrayList<>();
        writing = true;
        append(batches, 0, completions);
    }

    private void append(List<MetadataBatch> batches, int index, List<Runnable> completions) {
        if (index == batches.size()) {
            onCommitted(completions);
            return;
        }
        log.append(term, newestSequence + 1, batches.get(index)).whenCompleteAsync((done, failure) -> {
            if (over) {
                return;
            }
            if (failure != null) {
                end();
                onFailure.accept(failure);
                return;
            }
            newestSequence++;
            changesSinceSnapshot += batches.get(index).changes();
            append(batches, index + 1, completions);
        }, owner);
    }

    private void onCommitted(List<Runnable> completions) {
        completeOnceApplied(completions);
        writing = false;
        if (!gatheredCompletions.isEmpty()) {
            writeGathered();
        }
        if (!snapshotting && (newestSequence - snapshotVersion >= entriesPerSnapshot
                || changesSinceSnapshot >= CHANGES_PER_SNAPSHOT)) {
            snapshotting = true;
            changesSinceSnapshot = 0;
            follower.whenApplied(newestSequence).thenAcceptAsync(this::writeSnapshot, owner);
        }
    }

    private void completeOnceApplied(List<Runnable> completions) {
        follower.whenApplied(newestSequence).thenAcceptAsync(image -> {
            if (!over) {
                completions.forEach(Runnable::run);
            }
        }, owner);
    }

    private void writeSnapshot(ClusterImage image) {
        if (over) {
            return;
        }
        var chunks = MetadataBatch.split(term.epoch(), ImageSnapshot.recordsOf(image));
        long trimTo = image.version() - entriesPerSnapshot / TRIMMED_PER_KEPT;
        log.writeSnapshot(term, image.version(), chunks, trimTo).whenCompleteAsync((done, failure) -> {
            snapshotting = false;
            snapshotVersion = image.version();
            if (failure != null && !over) {
                LOG.warn(
                        "The snapshot of metadata version {} failed; the log stays longer until the next one",
                        image.version(), failure);
            }
        }, owner);
    }
}
