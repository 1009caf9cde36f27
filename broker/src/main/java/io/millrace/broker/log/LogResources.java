package io.millrace.broker.log;

import io.millrace.broker.log.region.ResidentBudget;
import java.time.InstantSource;

/** What all logs of a process share: threads that may block, resident memory, and the clock. */
public record LogResources(StoragePool pool, ResidentBudget budget, InstantSource clock) {}
