package io.millrace.broker.log;

import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.log.region.ResidentBudget;
import java.time.InstantSource;

/** What all logs of a process share: threads that may block, resident memory, the clock, and the calls to disks. */
public record LogResources(StoragePool pool, ResidentBudget budget, InstantSource clock, DiskCalls calls) {

    public LogResources(StoragePool pool, ResidentBudget budget, InstantSource clock) {
        this(pool, budget, clock, DiskCalls.SYSTEM);
    }
}
