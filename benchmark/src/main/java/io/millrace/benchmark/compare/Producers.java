package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.MillraceTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.RunningBroker;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Millrace's producer and kafka-clients', in turn against the same Millrace broker, each in a JVM of its own with its
 * default settings and records of 100 bytes without keys. One thread drives everything.
 */
public final class Producers {
    private static final String USAGE = "options: --distribution FOLDER [--rounds 3] [--records 4000000]";
    private static final Map<String, Measurement> MEASUREMENTS = Map.of(
            "cpu", new Measurement("client CPU per record", "ns", 0.5),
            "allocated", new Measurement("allocated per record", "bytes", 0.1),
            "records/s", new Measurement("flat out, higher is better", "records/s", 100),
            "p50", new Measurement("acknowledged at 10,000/s, median", "ms", 1),
            "p99", new Measurement("acknowledged at 10,000/s, 99th percentile", "ms", 1));

    private final Comparison comparison = new Comparison("millrace", "kafka");

    public static void main(String[] arguments) throws IOException {
        // The start script names Kafka's class path for every comparison; this one does without.
        var options = Options.parse(arguments,
                Set.of("--distribution", "--kafka-classpath", "--rounds", "--records"), USAGE);
        System.out.println(new Producers().run(options));
    }

    private String run(Options options) throws IOException {
        var place = Place.fresh();
        var target = new MillraceTarget(options.path("--distribution"));
        try (var broker = target.start(place.folder(), place.port())) {
            for (int round = 0; round < options.number("--rounds", 3); round++) {
                for (var library : List.of("millrace", "kafka")) {
                    measure(library, broker, options.text("--records", "4000000"));
                }
            }
        }
        place.delete();
        return comparison.table();
    }

    private void measure(String library, RunningBroker broker, String records) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-Xmx512m", "-cp", System.getProperty("java.class.path"),
                ProducerRun.class.getName(), library, broker.bootstrap(), library, records)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        output.lines().forEach(line -> {
            var words = line.split(" ");
            comparison.add(MEASUREMENTS.get(words[0]), library, Double.parseDouble(words[1]));
            System.err.println(library + " " + line);
        });
    }
}
