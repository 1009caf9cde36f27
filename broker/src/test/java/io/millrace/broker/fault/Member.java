package io.millrace.broker.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of a broker or of ZooKeeper, started again and again with the same command; its output stays in its
 * folder. Whoever claimed it starts and ends it.
 */
final class Member {
    private static final String READY = "Millrace is ready";
    private static final long POLL_NS = 50_000_000;
    private static final int STOP_LIMIT_SECONDS = 60;

    private final String name;
    private final Path output;
    private final List<String> command;
    private final AtomicBoolean isClaimed = new AtomicBoolean();
    private Process process;
    private long outputBefore;
    private boolean isPaused;

    Member(String name, Path folder, List<String> command) {
        this.name = name;
        this.output = folder.resolve(name + ".log");
        this.command = command;
    }

    /** Answers whether the caller may do with it what it likes, until it gives it back. */
    boolean claim() {
        return isClaimed.compareAndSet(false, true);
    }

    void giveBack() {
        isClaimed.set(false);
    }

    synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        try {
            outputBefore = Files.exists(output) ? Files.size(output) : 0;
            var builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().put("MILLRACE_CLASS_ARCHIVE", "off"); // a start that makes one has two processes
            process = builder.start();
            isPaused = false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** As a crash does. */
    synchronized void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** As a service manager does: asks, and kills what does not stop. */
    synchronized void stop() {
        process.destroy();
        if (!awaitEnd()) {
            kill();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    synchronized void pause() {
        isPaused = signal("-STOP");
    }

    synchronized void resume() {
        if (isPaused) {
            signal("-CONT");
            isPaused = false;
        }
    }

    private boolean signal(String signal) {
        try {
            return new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Whether it served after its last start. */
    synchronized boolean wasReady() {
        try (var file = new RandomAccessFile(output.toFile(), "r")) {
            file.seek(outputBefore);
            var bytes = new byte[(int) (file.length() - outputBefore)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).contains(READY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers whether it serves in that time. */
    boolean awaitReady(Duration limit) {
        long endNs = System.nanoTime() + limit.toNanos();
        while (isAlive() && System.nanoTime() < endNs) {
            if (wasReady()) {
                return true;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return false;
    }

    @Override
    public String toString() {
        return name;
    }
}
