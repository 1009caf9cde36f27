package io.millrace.broker.metadata;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster's one totally ordered log of metadata entries, seen from one broker; sequences start at 1 without gaps.
 * Callable from any thread. A future fails with NOT_CONTROLLER when the term is over; an unknown outcome is resolved
 * before it completes, so it may take as long as the connection is down.
 */
public interface MetadataLog {

    /** Appends at exactly this sequence, which must follow the newest one; appends may be pipelined in order. */
    CompletableFuture<Void> append(ControllerTerm term, long sequence, MetadataBatch batch);

    /** The newest sequence, at least as new as anything that this broker has seen done; 0 if the log is empty. */
    CompletableFuture<Long> newestSequence();

    /** Stores the fold up to a version, makes it the head, and trims the entries that it covers. */
    CompletableFuture<Void> writeSnapshot(ControllerTerm term, long version, List<MetadataBatch> chunks);

    /** Feeds the newest snapshot, if there is one, and all entries after it, for as long as the log is open. */
    void follow(Reader reader);

    /** Receives the log in order on one thread. A snapshot may come again, after entries were missed. */
    interface Reader {
        void onSnapshot(long version, List<MetadataBatch> chunks);

        void onEntry(long sequence, MetadataBatch batch);

        /** All entries that existed when following (again) began have been fed. */
        void onCaughtUp(long sequence);

        /** The log cannot be read: it is damaged, or newer than this release. Nothing more is fed. */
        void onFailure(RuntimeException cause);
    }
}
