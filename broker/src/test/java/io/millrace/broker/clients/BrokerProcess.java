package io.millrace.broker.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Millrace broker in a process of its own, on a free port and its own data folder, started the way a user starts it.
 * The test's thread owns it: start, kill -9, stop gracefully, restart on the same data.
 */
final class BrokerProcess implements AutoCloseable {
    static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Pattern RESIDENT_KB = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Path dataDir;
    private final int port;
    private final List<String> launcher;
    private final List<String> overrides;
    private ChildProcess process;

    private BrokerProcess(List<String> launcher, Path dataDir, List<String> overrides) {
        this.launcher = launcher;
        this.dataDir = dataDir;
        this.port = FreePort.choose();
        this.overrides = overrides;
    }

    /** Starts a broker with settings of the form {@code name=value} and returns when it accepts clients. */
    static BrokerProcess start(Path dataDir, String... overrides) {
        return startUnder(List.of(), dataDir, overrides);
    }

    /** The same as a child of another program, whose command line comes first. */
    static BrokerProcess startUnder(List<String> launcher, Path dataDir, String... overrides) {
        var broker = new BrokerProcess(launcher, dataDir, List.of(overrides));
        try {
            broker.start();
            return broker;
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
    }

    /** Starts the broker again on the same port and data. */
    void start() {
        process = ChildProcess.start(command());
        Deadline.in(START_LIMIT).await("the line that says that the broker accepts clients", this::ready);
    }

    private List<String> command() {
        var command = new ArrayList<>(launcher);
        command.add(Checkout.distribution().resolve("bin/millrace-server-start.sh").toString());
        command.add(Checkout.distribution().resolve("config/server.properties").toString());
        override(command, "listeners=PLAINTEXT://127.0.0.1:" + port);
        override(command, "log.dirs=" + dataDir);
        overrides.forEach(setting -> override(command, setting));
        return command;
    }

    private static void override(List<String> command, String setting) {
        command.add("--override");
        command.add(setting);
    }

    private boolean ready() {
        if (!process.isAlive()) {
            throw new AssertionError("broker ended with " + process.exitCode() + ":\n" + output());
        }
        return process.output().lines().anyMatch(line -> line.startsWith("Millrace "));
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    Path dataDir() {
        return dataDir;
    }

    /** Everything that the process printed since its last start. */
    String output() {
        return process.output();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitCode();
    }

    void kill() {
        process.kill();
    }

    /** Stands still, with all its sockets open, until {@link #resume}. */
    void pause() {
        process.signal("STOP");
    }

    void resume() {
        process.signal("CONT");
    }

    /** Ends the broker as a service manager does, and fails when that takes too long or ends badly. */
    void stop() {
        process.terminate();
        if (!process.awaitExit(STOP_LIMIT)) {
            process.kill();
            throw new AssertionError("no graceful stop within " + STOP_LIMIT + ":\n" + output());
        }
    }

    /** The resident memory of the broker's process. */
    long residentBytes() {
        try {
            var status = RESIDENT_KB.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            if (!status.find()) {
                throw new AssertionError("broker is gone:\n" + output());
            }
            return Long.parseLong(status.group(1)) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
    }
}
