package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the command line of the run that measures control says. Immutable. */
record ControlOptions(Path distribution, Path kafkaClassPathFile, int topics, int partitionsPerTopic,
        int rounds,
        int logPartitions, List<String> targets) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--topics 50]"
            + " [--partitions 20] [--rounds 3] [--log-partitions 100000] [--targets millrace]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--topics",
            "--partitions", "--rounds", "--log-partitions", "--targets");

    static ControlOptions parse(String[] arguments) {
        var options = Options.parse(arguments, NAMES, USAGE);
        return new ControlOptions(options.path("--distribution"), options.path("--kafka-classpath"),
                options.number("--topics", 50), options.number("--partitions", 20),
                options.number("--rounds", 3), options.number("--log-partitions", 100_000),
                Clusters.names(options, "millrace"));
    }
}
