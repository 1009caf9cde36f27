package io.millrace.broker.log.cleaner;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who may rewrite one log: a cleaner thread that has claimed it, or nobody while the log is being deleted, closed or
 * truncated. Any thread.
 */
public final class CleaningClaim {

    /** While it is cleaned, {@code idle} completes when that ends. */
    private record State(int pauses, CompletableFuture<Void> idle) {
        static State of(int pauses, CompletableFuture<Void> idle) {
            return pauses == 0 && idle == null ? FREE : new State(pauses, idle);
        }
    }

    private static final State FREE = new State(0, null);

    private final AtomicReference<State> state = new AtomicReference<>(FREE);

    /** Whether the caller cleans the log from now on, until {@link #release}. */
    boolean claim() {
        return state.compareAndSet(FREE, new State(0, new CompletableFuture<>()));
    }

    void release() {
        var before = state.getAndUpdate(now -> State.of(now.pauses, null));
        before.idle.complete(null);
    }

    /** Whether {@link #claim} would fail. */
    boolean isTaken() {
        return state.get() != FREE;
    }

    /** Whether the cleaning that is under way is to end soon. */
    public boolean isPaused() {
        return state.get().pauses > 0;
    }

    /** Ends the cleaning that may be under way; once the result completes there is none until {@link #resume}. */
    public CompletableFuture<Void> pause() {
        var now = state.updateAndGet(before -> State.of(before.pauses + 1, before.idle));
        return now.idle == null ? CompletableFuture.completedFuture(null) : now.idle;
    }

    /** Takes one {@link #pause} back. */
    public void resume() {
        state.updateAndGet(before -> State.of(before.pauses - 1, before.idle));
    }
}
