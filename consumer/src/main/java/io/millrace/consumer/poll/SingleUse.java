package io.millrace.consumer.poll;

import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Lets one thread at a time use a consumer, until it is closed. The thread may come again before it has left. */
public final class SingleUse {
    private final AtomicReference<Thread> user = new AtomicReference<>();
    private int depth;
    private boolean isClosed;

    /** Throws {@link ConcurrentModificationException} while another thread is inside. */
    public void enter() {
        var thread = Thread.currentThread();
        if (user.get() != thread && !user.compareAndSet(null, thread)) {
            throw new ConcurrentModificationException(
                    "a consumer is for one thread at a time, and " + user.get() + " is using this one");
        }
        depth++;
        if (isClosed) {
            leave();
            throw new IllegalStateException("the consumer is closed");
        }
    }

    public void leave() {
        if (--depth == 0) {
            user.set(null);
        }
    }

    public <T> T call(Supplier<T> action) {
        enter();
        try {
            return action.get();
        } finally {
            leave();
        }
    }

    public void run(Runnable action) {
        enter();
        try {
            action.run();
        } finally {
            leave();
        }
    }

    /** Runs the action as the last one; does nothing if there was a last one before. */
    public void runLast(Runnable action) {
        if (isClosed && user.get() == null) {
            return;
        }
        run(() -> {
            isClosed = true;
            action.run();
        });
    }
}
