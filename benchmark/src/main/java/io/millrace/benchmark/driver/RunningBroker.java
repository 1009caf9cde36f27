package io.millrace.benchmark.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker's process and what the kernel says of it. Owned by the thread that started it. */
public final class RunningBroker implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS_AFTER_NAME = 11;
    private static final long STOP_LIMIT_SECONDS = 300;

    private final Process process;
    private final int port;
    private final Path output;

    private RunningBroker(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    static RunningBroker start(List<String> command, Path folder, int port) {
        var output = folder.resolve("output.log");
        try {
            var process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
            return new RunningBroker(process, port, output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** User and system time of all its threads since it started. */
    public double cpuSeconds() {
        // pid (name) state ppid ... utime stime: the name may hold anything, so count from its closing bracket
        var stat = procFile("stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_TICKS_AFTER_NAME])
                + Long.parseLong(fields[USER_TICKS_AFTER_NAME + 1]);
        return ticks / TICKS_PER_SECOND;
    }

    public long residentBytes() {
        return procFile("status").lines().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst()
                .orElseThrow();
    }

    public int descriptors() {
        var names = procFolder().resolve("fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    /** Of files and of memory. */
    public int mappings() {
        return (int) procFile("maps").lines().count();
    }

    private Path procFolder() {
        return Path.of("/proc", Long.toString(process.pid()));
    }

    private String procFile(String name) {
        try {
            return Files.readString(procFolder().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("the broker has ended, see " + output, e);
        }
    }

    /** Ends the broker as a crash would, at once. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops it in its tracks, as a virtual machine that is frozen; it does not notice. */
    public void pause() {
        signal("-STOP");
    }

    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("the broker has ended, see " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks the broker to stop, and kills it when it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
