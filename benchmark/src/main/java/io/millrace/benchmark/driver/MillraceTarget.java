package io.millrace.benchmark.driver;

import java.nio.file.Path;
import java.util.List;

/** Millrace as its distribution starts it, with default settings. */
public record MillraceTarget(Path distribution) implements Target {
    @Override
    public String name() {
        return "Millrace";
    }

    @Override
    public void prepare(Path folder, int port) {
        // Nothing to prepare: a Millrace broker starts on an empty folder.
    }

    @Override
    public RunningBroker start(Path folder, int port) {
        return RunningBroker.start(List.of(
                distribution.resolve("bin/millrace-server-start.sh").toString(),
                distribution.resolve("config/server.properties").toString(),
                "--override", "listeners=PLAINTEXT://127.0.0.1:" + port,
                "--override", "log.dirs=" + folder.resolve("data")), folder, port);
    }
}
