package io.millrace.broker.partition.fetcher;

/** How fast a replica may be copied. Any thread. */
@FunctionalInterface
public interface CopyPace {
    CopyPace UNLIMITED = (topic, index, bytes) -> 0;

    /** Bytes of a partition came, or 0; answers how long not to ask for more, 0 if it may be now. */
    int pauseMs(String topic, int index, int bytes);
}
