package io.millrace.broker.fault;

/** Something that goes wrong, or that an operator does, for a while. */
record Fault(String kind, Runnable begin, int holdMs, Runnable end) {

    /** Where faults come from. */
    interface Source {
        /** The next one, or null if there is nothing to be done at the moment. */
        Fault next();

        /** How long the source rests after a fault. */
        int restMs();
    }
}
