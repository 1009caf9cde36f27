package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.Set;

/** What the command line of a comparison says; everything but the two places has a default. Immutable. */
record CompareOptions(Path distribution, Path kafkaClassPathFile, int starts, int rounds, long records,
        int idleSeconds) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--starts 10]"
            + " [--rounds 3] [--records 8000000] [--idle-seconds 30]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--starts",
            "--rounds", "--records", "--idle-seconds");

    static CompareOptions parse(String[] arguments) {
        var options = Options.parse(arguments, NAMES, USAGE);
        return new CompareOptions(options.path("--distribution"), options.path("--kafka-classpath"),
                options.number("--starts", 10), options.number("--rounds", 3),
                options.number("--records", 8_000_000), options.number("--idle-seconds", 30));
    }
}
