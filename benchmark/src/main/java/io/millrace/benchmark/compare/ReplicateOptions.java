package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the command line of the run with replicated writes says. Immutable. */
record ReplicateOptions(Path distribution, Path kafkaClassPathFile, int recordsPerSecond, int seconds,
        int warmUpSeconds, int rounds, List<String> targets) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--rate 5000]"
            + " [--seconds 20] [--warm-up 40] [--rounds 3] [--targets millrace,kafka]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--rate",
            "--seconds", "--warm-up", "--rounds", "--targets");

    static ReplicateOptions parse(String[] arguments) {
        var options = Options.parse(arguments, NAMES, USAGE);
        return new ReplicateOptions(options.path("--distribution"), options.path("--kafka-classpath"),
                options.number("--rate", 5_000), options.number("--seconds", 20),
                options.number("--warm-up", 40), options.number("--rounds", 3),
                Clusters.names(options));
    }
}
