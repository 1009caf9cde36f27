package io.millrace.consumer.poll;

import io.millrace.consumer.fetch.FetchedChunk;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.ArrayDeque;

/** Where the application stands in one partition. Owned by the polling thread. */
final class PolledPartition {
    private final TopicPartition partition;
    private final ArrayDeque<Arrival> aside = new ArrayDeque<>();
    private long start;
    private Position position;
    private boolean isPaused;
    private FetchedChunk.Bounds bounds = FetchedChunk.Bounds.UNKNOWN;
    private RuntimeException failure;

    /** A chunk, or why there are no more of them and where to begin anew. */
    record Arrival(PolledPartition of, FetchedChunk chunk, RuntimeException reason, StartPoint remedy) {}

    PolledPartition(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    /** Begins anew under this number. */
    void restart(long number, StartPoint at) {
        start = number;
        position = at instanceof StartPoint.At known ? known.position() : null;
        failure = null;
    }

    long start() {
        return start;
    }

    /** The position of the next record to poll; null while it is not known. */
    Position position() {
        return position;
    }

    void moveTo(Position to) {
        position = to;
    }

    boolean isPaused() {
        return isPaused;
    }

    void pause(boolean pauses) {
        isPaused = pauses;
    }

    /** What arrived and is not polled because the partition is paused. */
    ArrayDeque<Arrival> aside() {
        return aside;
    }

    FetchedChunk.Bounds bounds() {
        return bounds;
    }

    void learn(FetchedChunk.Bounds now) {
        bounds = now;
    }

    /** Why it cannot be read on until somebody seeks; null if it can. */
    RuntimeException failure() {
        return failure;
    }

    void fail(RuntimeException reason) {
        failure = reason;
    }
}
