package io.millrace.broker.log.disk;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that force the logs of one directory. Several, since a file system commits what they ask for together;
 * not the storage pool's, so that forces wait for forces only. Any thread asks.
 */
public final class Flusher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final int THREADS = 4;
    private static final long IDLE_S = 10;
    private static final long CLOSE_S = 10;

    /**
     * One log's forces: at most one at a time, and each serves all who asked before it began. Any thread.
     */
    public static final class Forces {
        private static final int IDLE = 0;
        private static final int ASKED = 1;
        private static final int RUNNING = 2;
        private static final int ASKED_AGAIN = 3;

        private final Flusher flusher;
        private final Runnable force;
        private final Runnable turn = this::run;
        private final AtomicInteger state = new AtomicInteger();

        private Forces(Flusher flusher, Runnable force) {
            this.flusher = flusher;
            this.force = force;
        }

        /** Has the log forced once more, unless that is about to happen anyway. */
        public void ask() {
            int before = state.getAndUpdate(now -> now == IDLE || now == ASKED ? ASKED : ASKED_AGAIN);
            if (before == IDLE) {
                flusher.execute(turn);
            }
        }

        private void run() {
            state.set(RUNNING);
            try {
                force.run();
            } catch (RejectedExecutionException e) {
                LOG.debug("an owner stopped before its log was forced", e);
            } catch (RuntimeException | Error e) {
                LOG.error("a force failed in an unforeseen way", e);
                throw e;
            } finally {
                int before = state.getAndUpdate(now -> now == ASKED_AGAIN ? ASKED : IDLE);
                if (before == ASKED_AGAIN) {
                    flusher.execute(turn);
                }
            }
        }
    }

    private final ExecutorService threads;

    Flusher(ExecutorService threads) {
        this.threads = threads;
    }

    static ExecutorService threads(String name) {
        var pool = new ThreadPoolExecutor(THREADS, THREADS, IDLE_S, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> {
                    var thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** What forces one log; it reports its own errors. */
    public Forces forces(Runnable force) {
        return new Forces(this, force);
    }

    private void execute(Runnable turn) {
        try {
            threads.execute(turn);
        } catch (RejectedExecutionException e) {
            LOG.debug("a force was asked for when the logs were closed already", e);
        }
    }

    /** Finishes what was asked for. Blocks for at most ten seconds. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_S, TimeUnit.SECONDS)) {
                LOG.warn("a force was still under way when the logs were closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
