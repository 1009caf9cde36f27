package io.millrace.broker.metadata;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster's one totally ordered log of metadata entries, seen from one broker; sequences start at 1 without gaps.
 * Callable from any thread. A future fails with NOT_CONTROLLER when the term is over; an unknown outcome is resolved
 * before it completes, so it may take as long as the connection is down.
 */
public interface MetadataLog {

    /** Newest entry, and the version of the newest snapshot; 0 where there is none. */
    record Extent(long newestSequence, long snapshotVersion) {}

    /** Appends at the sequence after the newest one, which must be committed: one append at a time. */
    CompletableFuture<Void> append(ControllerTerm term, long sequence, MetadataBatch batch);

    /** The extent, at least as new as anything that this broker has seen done. */
    CompletableFuture<Extent> extent();

    /** Stores the fold up to a version, makes it the head, and trims entries that it covers, as far as is said. */
    CompletableFuture<Void> writeSnapshot(ControllerTerm term, long version, List<MetadataBatch> chunks,
            long trimTo);

    /** Feeds the newest snapshot, if there is one, and all entries after it, for as long as the log is open. */
    void follow(Reader reader);

    /** Receives the log in order on one thread. A snapshot may come again, after entries were missed. */
    interface Reader {
        void onSnapshot(long version, List<MetadataBatch> chunks);

        void onEntry(long sequence, MetadataBatch batch);

        /** All entries that existed when following began have been fed; once. */
        void onCaughtUp();

        /** The log cannot be read: it is damaged, or newer than this release. Nothing more is fed. */
        void onFailure(RuntimeException cause);
    }
}
