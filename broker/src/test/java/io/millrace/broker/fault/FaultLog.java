package io.millrace.broker.fault;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Which faults happened when, and how many at once. Any thread writes and reads. */
final class FaultLog implements AutoCloseable {
    private static final double NS_PER_SECOND = 1e9;

    private final long startNs = System.nanoTime();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final PrintWriter file;
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();

    /** Writes down when each fault began and ended, as it does. */
    FaultLog(Path file) throws IOException {
        this.file = new PrintWriter(Files.newBufferedWriter(file), true);
    }

    void begin(String kind) {
        counts.merge(kind, 1, Integer::sum);
        active.incrementAndGet();
        say(kind + " begins");
    }

    void end(String kind) {
        active.decrementAndGet();
        say(kind + " ends");
    }

    void say(String line) {
        file.printf("%s %8.3f s %s%n", LocalTime.now(ZoneId.systemDefault()),
                (System.nanoTime() - startNs) / NS_PER_SECOND, line);
    }

    /** Something that is wrong whatever the clients saw. */
    void problem(String problem) {
        say(problem);
        problems.add(problem);
    }

    int active() {
        return active.get();
    }

    Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    Queue<String> problems() {
        return problems;
    }

    @Override
    public void close() {
        file.close();
    }
}
