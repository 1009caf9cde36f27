package io.millrace.broker.log;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which storage may block. One of them only makes room ahead of appends, so that a slow
 * cold read or force never delays a writer. Any thread may hand over work; results are posted back by the
 * work.
 */
public final class StoragePool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoragePool.class);

    private final ScheduledExecutorService ahead;
    private final ScheduledExecutorService work;

    public StoragePool(int threads) {
        this(threads(1, "storage-ahead-"), threads(threads, "storage-"));
    }

    /** A pool of threads that the caller has: one to work ahead of appends, and the others. */
    public StoragePool(ScheduledExecutorService ahead, ScheduledExecutorService work) {
        this.ahead = ahead;
        this.work = work;
    }

    private static ScheduledThreadPoolExecutor threads(int count, String prefix) {
        var threads = new ScheduledThreadPoolExecutor(count, named(prefix));
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return threads;
    }

    private static ThreadFactory named(String prefix) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, prefix + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Changes the number of threads; those that are too many end when their work is done. Any thread. */
    public void resize(int threads) {
        if (work instanceof ScheduledThreadPoolExecutor pool) {
            pool.setCorePoolSize(threads);
        }
    }

    /** Runs work that may block: open, close, force, unlink, cold read. */
    public void execute(Runnable task) {
        work.execute(guarded(task));
    }

    /** Runs what a waiting or soon waiting append needs: allocation, population, a new segment. */
    void executeAhead(Runnable task) {
        ahead.execute(guarded(task));
    }

    public void schedule(Runnable task, long delayMs) {
        work.schedule(guarded(task), delayMs, TimeUnit.MILLISECONDS);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RejectedExecutionException e) {
                LOG.debug("an owner stopped before its storage work was done", e);
            } catch (RuntimeException | Error e) {
                LOG.error("storage work failed", e);
                throw e;
            }
        };
    }

    /** Finishes what was handed over, scheduled work aside. Blocks for at most ten seconds. */
    @Override
    public void close() {
        ahead.shutdown();
        work.shutdown();
        try {
            if (!ahead.awaitTermination(10, TimeUnit.SECONDS)
                    || !work.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("storage work was still running when the pool closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
