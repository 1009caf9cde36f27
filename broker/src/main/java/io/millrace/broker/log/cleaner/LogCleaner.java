package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.file.DamagedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compact a broker's logs, one log each at a time, the most urgent first. A log that cannot be read is
 * set aside and the others go on. Any thread may start, look and close.
 */
public final class LogCleaner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);
    private static final long STOP_GRACE_MS = 10_000;

    private final CleanerSettings settings;
    private final Supplier<Collection<CleanableLog>> logs;
    private final InstantSource clock;
    private final CleaningPace pace;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Path, String> setAside = new ConcurrentHashMap<>();
    private volatile long cleanings;

    private record Candidate(CleanableLog log, Dirtiness dirtiness) {}

    /** The logs are those that are open and to be compacted, asked for whenever a thread is free. */
    public LogCleaner(CleanerSettings settings, Supplier<Collection<CleanableLog>> logs,
            InstantSource clock) {
        this.settings = settings;
        this.logs = logs;
        this.clock = clock;
        this.pace = new CleaningPace(settings.mostBytesPerSecond());
    }

    public void start() {
        for (int i = 0; settings.isEnabled() && i < settings.threads(); i++) {
            var thread = new Thread(this::work, "log-cleaner-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work() {
        boolean isStopped = false;
        while (!isStopped) {
            long restMs = cleanNext() ? 0 : settings.backoffMs();
            isStopped = pace.rest(TimeUnit.MILLISECONDS.toNanos(restMs));
        }
    }

    /** Cleans the most urgent log on this thread; false if there was none, or if that failed. */
    public boolean cleanNext() {
        var next = mostUrgent();
        while (next != null && !next.log.claim().claim()) {
            next = mostUrgent();
        }
        if (next == null) {
            return false;
        }
        try {
            return clean(next);
        } finally {
            next.log.claim().release();
        }
    }

    private boolean clean(Candidate next) {
        var log = next.log;
        try {
            var result = new Cleaning(log, next.dirtiness, settings, pace, clock.millis(),
                    SegmentSwap.Observer.NONE).run();
            cleanings++;
            LOG.info("Compacted {} {}", log.folder(), result);
            return true;
        } catch (CleaningStoppedException e) {
            LOG.debug("{}", e.getMessage());
        } catch (DamagedFileException | RuntimeException e) {
            setAside.put(log.folder(), String.valueOf(e.getMessage()));
            LOG.error("{} is not compacted any more until the broker starts again: {}", log.folder(),
                    e.getMessage(),
                    e instanceof RuntimeException ? e : null);
        } catch (IOException e) {
            LOG.error("{} could not be compacted, it will be tried again: {}", log.folder(), e.getMessage());
        }
        return false;
    }

    private Candidate mostUrgent() {
        Candidate best = null;
        for (var log : logs.get()) {
            var dirtiness = isOut(log) ? null : dirtinessOf(log);
            if (dirtiness != null && dirtiness.isWorthCleaning(log.settings())
                    && (best == null || dirtiness.precedes(best.dirtiness))) {
                best = new Candidate(log, dirtiness);
            }
        }
        return best;
    }

    /** Whether the log is not to be cleaned now: it is damaged, somebody does it, or there is no space to do it. */
    private boolean isOut(CleanableLog log) {
        return setAside.containsKey(log.folder()) || log.claim().isTaken() || log.disk().isFull()
                || log.disk().hasFailed();
    }

    private Dirtiness dirtinessOf(CleanableLog log) {
        try {
            return DirtyParts.of(log, clock.millis());
        } catch (IOException e) {
            LOG.debug("{} changed while it was looked at", log.folder(), e);
            return null;
        }
    }

    /** Folders of logs that are not compacted because they could not be read, and why. */
    public Map<Path, String> setAside() {
        return Map.copyOf(setAside);
    }

    /** How often a log was compacted since the start. */
    public long cleanings() {
        return cleanings;
    }

    /** Lets the threads stop where they are, which loses only work. Blocks for at most ten seconds. */
    @Override
    public void close() {
        pace.stop();
        try {
            for (var thread : threads) {
                thread.join(STOP_GRACE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
