package io.millrace.broker.partition.watch;

/** Whoever reads a partition again and again, and is told on its owner when there is reason to look. */
public interface Observer {
    /** Whether it must not be told any more. Any thread. */
    boolean isOver();

    /** The log has so many more bytes. */
    void grown(long bytes);

    /** The high watermark has moved over so many bytes. */
    void committed(long bytes);

    /** Anything else that an answer would show: who leads, where the log starts. */
    void changed();
}
