package io.millrace.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long a thread could have run but had no CPU, as Linux counts it: on a busy machine that, and not the log, makes
 * the tail of a writer's latencies. Stateless.
 * <pre>
 *   /proc/thread-self/schedstat:  nanoseconds on a CPU, nanoseconds waiting for one, turns
 * </pre>
 */
public final class CpuWait {
    private static final Path COUNTS = Path.of("/proc/thread-self/schedstat");

    private CpuWait() {}

    /** Since the thread began; 0 where the system does not count it. */
    public static long ofThisThreadNs() {
        if (Files.notExists(COUNTS)) {
            return 0;
        }
        try {
            return Long.parseLong(Files.readString(COUNTS).split(" ")[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
