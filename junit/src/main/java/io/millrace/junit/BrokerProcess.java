package io.millrace.junit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A broker in a child JVM with its data in a temporary folder, which goes with it. The JUnit engine starts it and closes
 * it; if the engine's JVM is killed the broker ends by itself.
 */
final class BrokerProcess implements AutoCloseable {
    private static final long START_LIMIT_S = 60;
    private static final long STOP_LIMIT_S = 20;
    private static final Pattern READY = Pattern
            .compile("^Millrace is ready: listening on PLAINTEXT://([^,]+),");
    /** What serves tests better than a broker that lives long; a test's own settings come after these. */
    private static final List<String> SETTINGS = List.of("listeners=PLAINTEXT://127.0.0.1:0",
            "group.initial.rebalance.delay.ms=0", "offsets.topic.num.partitions=1");
    private static final List<String> JVM_OPTIONS = List.of("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow", "-Dio.netty.tryReflectionSetAccessible=true",
            "-Dio.netty.leakDetection.level=disabled", "-DmappedFile.retain=true",
            "-Dbackground.releaser=false");

    private final Path folder;
    private final Optional<ClassArchive> archive;
    private final Process process;
    private final String bootstrap;

    private BrokerProcess(List<String> settings) throws IOException {
        folder = Files.createTempDirectory("millrace");
        var jars = BrokerJars.find();
        archive = ClassArchive.of(jars);
        process = new ProcessBuilder(command(jars, settings)).redirectError(log().toFile()).start();
        try {
            bootstrap = awaitReady();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /** Starts a broker with settings of the form {@code name=value}; returns when it takes connections. */
    static BrokerProcess start(List<String> settings) {
        try {
            return new BrokerProcess(settings);
        } catch (IOException e) {
            throw new UncheckedIOException("the broker cannot be started", e);
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private List<String> command(BrokerJars jars, List<String> settings) {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JVM_OPTIONS);
        command.addAll(jars.options());
        archive.ifPresent(classes -> command.addAll(classes.options()));
        command.addAll(List.of("-cp", jars.joined(), ChildMain.class.getName(), "/dev/null"));
        SETTINGS.forEach(setting -> command.addAll(List.of("--override", setting)));
        command.addAll(List.of("--override", "log.dirs=" + folder.resolve("data")));
        settings.forEach(setting -> command.addAll(List.of("--override", setting)));
        return command;
    }

    private String awaitReady() {
        var ready = new CompletableFuture<String>();
        var reader = new Thread(() -> readOutput(ready), "output of the broker");
        reader.setDaemon(true);
        reader.start();
        try {
            return ready.get(START_LIMIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker started", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The broker did not start:\n" + logged(), e);
        }
    }

    private void readOutput(CompletableFuture<String> ready) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                var matcher = READY.matcher(line);
                if (matcher.find()) {
                    ready.complete(matcher.group(1));
                }
            }
            ready.completeExceptionally(new IOException("the process ended"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    private String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Where clients connect first: host and port. */
    String bootstrap() {
        return bootstrap;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the broker and deletes what it stored. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS)) {
                archive.ifPresent(ClassArchive::keep);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
