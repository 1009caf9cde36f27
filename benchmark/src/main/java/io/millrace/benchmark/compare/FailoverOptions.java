package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the command line of the run with failing brokers says. Immutable. */
record FailoverOptions(Path distribution, Path kafkaClassPathFile, int kills, int recordsPerSecond,
        List<String> targets) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--kills 20]"
            + " [--rate 5000] [--targets millrace,kafka]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--kills",
            "--rate",
            "--targets");

    static FailoverOptions parse(String[] arguments) {
        var options = Options.parse(arguments, NAMES, USAGE);
        return new FailoverOptions(options.path("--distribution"), options.path("--kafka-classpath"),
                options.number("--kills", 20), options.number("--rate", 5_000), Clusters.names(options));
    }
}
