package io.millrace.broker.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program in a process of its own and every line that it printed. The test's thread starts and ends it; a reader
 * thread owns its output until it is closed.
 */
public final class ChildProcess {
    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Thread reader;

    private ChildProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::readOutput, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static ChildProcess start(List<String> command) {
        return start(new ProcessBuilder(command));
    }

    static ChildProcess start(ProcessBuilder builder) {
        try {
            return new ChildProcess(builder.redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + builder.command(), e);
        }
    }

    /** Runs a command to its end and returns what it printed; another exit code than 0 is a failure. */
    public static String run(List<String> command, String input, Duration limit) {
        var run = attempt(command, input, limit);
        if (run.exitCode() != 0) {
            throw new AssertionError(run.describe(command));
        }
        return run.output();
    }

    /** Runs a command to its end, whatever its exit code. */
    static Run attempt(List<String> command, String input, Duration limit) {
        var inputFile = inputFile(input);
        var child = start(new ProcessBuilder(command).redirectInput(inputFile.toFile()));
        try {
            if (!child.awaitExit(limit)) {
                throw new AssertionError("no end after " + limit + " of " + command + "\n" + child.output());
            }
            return new Run(child.process.exitValue(), child.output());
        } finally {
            child.kill();
            inputFile.toFile().delete();
        }
    }

    private static Path inputFile(String input) {
        try {
            return Files.writeString(Files.createTempFile("millrace-it", ".in"), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readOutput() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(output ends: " + e.getMessage() + ")");
        }
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal, by its name without SIG. */
    void signal(String name) {
        run(List.of("kill", "-" + name, Long.toString(pid())), "", Duration.ofSeconds(20));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        return String.join("\n", lines);
    }

    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to end, as a service manager does. */
    void terminate() {
        process.destroy();
    }

    /** {@code kill -9}, and returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(20));
    }

    boolean awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            reader.join(5_000);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for process " + process.pid(), e);
        }
    }

    int exitCode() {
        return process.exitValue();
    }

    record Run(int exitCode, String output) {
        String describe(List<String> command) {
            return "exit code " + exitCode + " of " + String.join(" ", command) + "\n" + output;
        }
    }
}
