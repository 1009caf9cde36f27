package io.millrace.admin.command.record;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds a thread back so that it does no more than so many things a second. Owned by that thread. */
public final class Pace {
    private final double perSecond;
    private final long startNs = System.nanoTime();

    /** No limit if it is 0 or negative. */
    public Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** Returns when it is time for the next, after so many. */
    public void await(long done) {
        if (perSecond <= 0) {
            return;
        }
        long dueNs = startNs + (long) (done * TimeUnit.SECONDS.toNanos(1) / perSecond);
        for (long waitNs = dueNs - System.nanoTime(); waitNs > 0; waitNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(waitNs);
        }
    }
}
