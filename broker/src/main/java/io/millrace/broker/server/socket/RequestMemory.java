package io.millrace.broker.server.socket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The bytes of all requests that are read, queued or answered. A large frame claims room for the whole of itself once
 * its first bytes are there; who has to wait is not read, in the order of arrival. No deadlock: what has a claim can
 * always be read to its end, small frames never wait, and a frame of any size gets in when little else is held.
 * Shared by all core loops.
 */
final class RequestMemory {
    private static final int LITTLE_ELSE = 8;
    private static final int CONNECTIONS_SHARE = 4;

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Queue<Claim> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger servings = new AtomicInteger();

    RequestMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    private enum State {
        WAITING,
        GRANTED,
        OVER
    }

    /** Room for one frame, until the frame is whole or its connection gone. Owned by the connection's loop. */
    final class Claim {
        private final long bytes;
        private final Runnable onGranted;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        private Claim(long bytes, Runnable onGranted) {
            this.bytes = bytes;
            this.onGranted = onGranted;
        }

        boolean isGranted() {
            return state.get() == State.GRANTED;
        }

        /** The frame is whole: its owner gives its bytes back from now on. */
        void fulfil() {
            if (state.getAndSet(State.OVER) == State.WAITING) {
                take(bytes);
            }
        }

        /** The frame will not come. */
        void cancel() {
            if (state.getAndSet(State.OVER) == State.GRANTED) {
                give(bytes);
            } else {
                serve();
            }
        }
    }

    /** Claims room; {@code onGranted} runs on any thread if it has to wait first. */
    Claim claim(long bytes, Runnable onGranted) {
        var claim = new Claim(bytes, onGranted);
        if (waiting.isEmpty() && tryTake(bytes)) {
            claim.state.set(State.GRANTED);
        } else {
            waiting.add(claim);
            serve();
        }
        return claim;
    }

    /** Counts bytes that are there already, whatever the limit says. */
    void take(long bytes) {
        heldBytes.addAndGet(bytes);
    }

    void give(long bytes) {
        heldBytes.addAndGet(-bytes);
        if (!waiting.isEmpty()) {
            serve();
        }
    }

    /** How much of it one connection may have in flight. */
    long connectionLimitBytes() {
        return limitBytes / CONNECTIONS_SHARE;
    }

    long heldBytes() {
        return heldBytes.get();
    }

    /** Whether somebody waits, or the limit is passed. */
    boolean isShort() {
        return !waiting.isEmpty() || heldBytes.get() >= limitBytes;
    }

    /** Grants what fits, in order. One thread at a time; one that comes meanwhile has the other look again. */
    private void serve() {
        if (servings.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (var next = waiting.peek(); next != null && settle(next); next = waiting.peek()) {
                waiting.remove();
            }
            seen = servings.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Whether a claim need not wait any more. */
    private boolean settle(Claim claim) {
        if (claim.state.get() == State.OVER) {
            return true;
        }
        if (!tryTake(claim.bytes)) {
            return false;
        }
        if (claim.state.compareAndSet(State.WAITING, State.GRANTED)) {
            claim.onGranted.run();
        } else {
            heldBytes.addAndGet(-claim.bytes);
        }
        return true;
    }

    private boolean tryTake(long bytes) {
        while (true) {
            long held = heldBytes.get();
            if (bytes > limitBytes - held && held > limitBytes / LITTLE_ELSE) {
                return false;
            }
            if (heldBytes.compareAndSet(held, held + bytes)) {
                return true;
            }
        }
    }
}
