package io.millrace.broker.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** All operations of all clients so far, and the clock that orders them. Any thread adds and ticks. */
public final class History {
    private final AtomicLong clock = new AtomicLong();
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();

    /** A moment later than all that were given out. */
    public long tick() {
        return clock.incrementAndGet();
    }

    public void add(Operation operation) {
        operations.add(operation);
    }

    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Writes one operation a line. */
    public void save(Path file) {
        try {
            Files.write(file, operations.stream().map(Operation::toString).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
