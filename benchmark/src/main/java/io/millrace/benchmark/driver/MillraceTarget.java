package io.millrace.benchmark.driver;

import java.nio.file.Path;
import java.util.ArrayList;
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
        return start(folder, port, List.of());
    }

    /** Settings have the form {@code name=value}. */
    RunningBroker start(Path folder, int port, List<String> settings) {
        var command = new ArrayList<String>();
        command.add(distribution.resolve("bin/millrace-server-start.sh").toString());
        command.add(distribution.resolve("config/server.properties").toString());
        var all = new ArrayList<>(settings);
        all.add("listeners=PLAINTEXT://127.0.0.1:" + port);
        all.add("log.dirs=" + folder.resolve("data"));
        all.forEach(setting -> command.addAll(List.of("--override", setting)));
        return RunningBroker.start(command, folder, port);
    }
}
