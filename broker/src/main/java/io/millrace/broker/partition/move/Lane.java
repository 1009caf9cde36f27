package io.millrace.broker.partition.move;

import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.disk.SerialWork;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what fills one log directory, one task at a time on storage threads: the owner of all copies on their way there,
 * which so take turns. Any thread may add.
 */
final class Lane implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final StoragePool pool;
    private final SerialWork work;

    Lane(StoragePool pool) {
        this.pool = pool;
        this.work = new SerialWork(pool::execute);
    }

    @Override
    public void execute(Runnable task) {
        work.add(task::run).exceptionally(error -> {
            LOG.error("the copy of a replica failed", error);
            return null;
        });
    }

    void later(Runnable task, long delayMs) {
        pool.schedule(() -> execute(task), delayMs);
    }
}
