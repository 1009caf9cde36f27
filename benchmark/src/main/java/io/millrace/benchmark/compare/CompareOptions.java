package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the command line of a comparison says; everything but the two places has a default. Immutable. */
record CompareOptions(Path distribution, Path kafkaClassPathFile, int starts, int rounds, long records,
        int idleSeconds) {
    private static final String USAGE = "options: --distribution FOLDER --kafka-classpath FILE [--starts 10]"
            + " [--rounds 3] [--records 8000000] [--idle-seconds 30]";
    private static final Set<String> NAMES = Set.of("--distribution", "--kafka-classpath", "--starts",
            "--rounds",
            "--records", "--idle-seconds");

    static CompareOptions parse(String[] arguments) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!NAMES.contains(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException("cannot read " + arguments[i] + "; " + USAGE);
            }
            values.put(arguments[i], arguments[i + 1]);
        }
        return new CompareOptions(path(values, "--distribution"), path(values, "--kafka-classpath"),
                Integer.parseInt(values.getOrDefault("--starts", "10")),
                Integer.parseInt(values.getOrDefault("--rounds", "3")),
                Long.parseLong(values.getOrDefault("--records", "8000000")),
                Integer.parseInt(values.getOrDefault("--idle-seconds", "30")));
    }

    private static Path path(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing; " + USAGE);
        }
        return Path.of(value).toAbsolutePath();
    }
}
