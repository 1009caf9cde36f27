package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.Set;

/** What the command line of the run with many partitions says. Immutable. */
record PartitionsOptions(Path distribution, Path kafkaClassPathFile, int topics, int partitionsPerTopic,
        int rounds, int idleSeconds, boolean withKafka) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--topics 19]"
            + " [--partitions 1000] [--rounds 1] [--idle-seconds 20] [--with-kafka yes]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--topics",
            "--partitions", "--rounds", "--idle-seconds", "--with-kafka");

    static PartitionsOptions parse(String[] arguments) {
        var options = Options.parse(arguments, NAMES, USAGE);
        return new PartitionsOptions(options.path("--distribution"), options.path("--kafka-classpath"),
                options.number("--topics", 19), options.number("--partitions", 1000),
                options.number("--rounds", 1), options.number("--idle-seconds", 20),
                options.text("--with-kafka", "yes").equals("yes"));
    }

    int partitions() {
        return topics * partitionsPerTopic;
    }
}
