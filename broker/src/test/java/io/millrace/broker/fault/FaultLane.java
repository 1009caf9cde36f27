package io.millrace.broker.fault;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the faults of one source happen one after the other until it is told to stop. A thread of its own runs it. */
final class FaultLane implements Runnable {
    private static final int NOTHING_TO_DO_MS = 200;

    private final Fault.Source source;
    private final FaultLog log;
    private final CountDownLatch stop;
    private final Thread thread;

    FaultLane(Fault.Source source, FaultLog log, CountDownLatch stop) {
        this.source = source;
        this.log = log;
        this.stop = stop;
        this.thread = new Thread(this, source.getClass().getSimpleName());
    }

    void start() {
        thread.start();
    }

    /** Returns when the last fault is over. */
    void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            boolean isStopped = false;
            while (!isStopped) {
                var fault = source.next();
                if (fault == null) {
                    isStopped = stop.await(NOTHING_TO_DO_MS, TimeUnit.MILLISECONDS);
                } else {
                    happen(fault);
                    isStopped = stop.await(source.restMs(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.problem(thread.getName() + " ends with " + e);
        }
    }

    private void happen(Fault fault) throws InterruptedException {
        log.begin(fault.kind());
        try {
            fault.begin().run();
            stop.await(fault.holdMs(), TimeUnit.MILLISECONDS);
        } finally {
            fault.end().run();
            log.end(fault.kind());
        }
    }
}
