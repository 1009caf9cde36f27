package io.millrace.broker.log.disk;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Blocking work on one thing, one task at a time in the order given, on a pool's threads. Any thread may add. */
public final class SerialWork {

    /** A task that blocks. */
    public interface Task {
        void run() throws IOException;
    }

    private final Executor pool;
    private final AtomicReference<CompletableFuture<Void>> last = new AtomicReference<>(
            CompletableFuture.completedFuture(null));

    public SerialWork(Executor pool) {
        this.pool = pool;
    }

    /** Runs a task after all earlier ones, whether those failed or not. The result completes on the pool. */
    public CompletableFuture<Void> add(Task task) {
        return addAsync(() -> {
            task.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    /** A task that goes on after its call has returned. */
    public interface AsyncTask {
        CompletableFuture<Void> start() throws IOException;
    }

    /** The same for a task that later ones must wait for until its own result completes. */
    public CompletableFuture<Void> addAsync(AsyncTask task) {
        var mine = new CompletableFuture<Void>();
        last.getAndSet(mine).whenComplete((nothing, error) -> pool.execute(() -> start(task, mine)));
        return mine;
    }

    private static void start(AsyncTask task, CompletableFuture<Void> result) {
        try {
            task.start().whenComplete((nothing, error) -> {
                if (error == null) {
                    result.complete(null);
                } else {
                    result.completeExceptionally(error);
                }
            });
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }
}
