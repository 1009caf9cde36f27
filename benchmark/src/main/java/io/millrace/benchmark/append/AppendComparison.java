package io.millrace.benchmark.append;

import io.millrace.benchmark.append.AppendRun.Policy;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Millrace's log and Kafka's under the same load on this machine in one run, in turn, once for each flush policy and
 * round, the other one first in every second round; every run is a process of its own. One thread drives it.
 */
public final class AppendComparison {
    private static final String USAGE = "options: --kafka-classpath FILE --kafka-source FILE [--rate 50000]"
            + " [--bytes 1024] [--seconds 60] [--warm-up 10] [--rounds 1]"
            + " [--policies none,interval,sync] [--folder DIR]";
    private static final List<String> SAME_FOR_BOTH = List.of("-Xms1g", "-Xmx1g");
    /** What the broker's manifest opens. */
    private static final List<String> OPENS = List.of("--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "-Djava.util.logging.config.file=/dev/null");
    private static final int WRONG_COMMAND_LINE = 2;
    private static final List<String> FIGURES = List.of("p50", "p99", "p99.9", "max");

    private final Map<String, String> options;
    private final Comparison comparison = new Comparison("Millrace", "Kafka");

    private AppendComparison(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = new HashMap<>(
                Map.of("--rate", "50000", "--bytes", "1024", "--seconds", "60", "--warm-up", "10",
                        "--rounds", "1", "--policies", "none,interval,sync", "--folder",
                        System.getProperty("java.io.tmpdir")));
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || !USAGE.contains(arguments[i] + " ")) {
                System.err.println("Cannot read " + arguments[i] + "; " + USAGE);
                System.exit(WRONG_COMMAND_LINE);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        System.out.println(new AppendComparison(options).run());
    }

    private String run() throws IOException, InterruptedException {
        var kafkaClassPath = Files.readString(Path.of(options.get("--kafka-classpath"))).strip();
        var ownClassPath = System.getProperty("java.class.path");
        var ownClasses = ownClassPath.split(File.pathSeparator)[0];
        var kafka = List.of("-cp", kafkaClassPath + File.pathSeparator + ownClasses,
                options.get("--kafka-source"));
        var millrace = new ArrayList<>(OPENS);
        millrace.addAll(List.of("-cp", ownClassPath, MillraceAppends.class.getName()));
        for (int round = 0; round < number("--rounds"); round++) {
            for (var name : options.get("--policies").split(",")) {
                var policy = Policy.valueOf(name.toUpperCase(Locale.ROOT));
                if (round % 2 == 0) {
                    measure("Millrace", millrace, policy);
                    measure("Kafka", kafka, policy);
                } else {
                    measure("Kafka", kafka, policy);
                    measure("Millrace", millrace, policy);
                }
            }
        }
        return comparison.table();
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    private void measure(String system, List<String> program, Policy policy)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(Path.of(options.get("--folder")), "millrace-append");
        var run = new AppendRun(folder, policy, number("--rate"), number("--bytes"), number("--seconds"),
                number("--warm-up"));
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(SAME_FOR_BOTH);
        command.addAll(program);
        command.addAll(Arrays.asList(run.arguments()));
        add(system, policy, resultOf(command));
        deleteTree(folder);
    }

    private static double[] resultOf(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        var result = output.lines().filter(line -> line.startsWith(AppendRun.RESULT)).findFirst()
                .orElseThrow(() -> new IllegalStateException(command + " printed no result:\n" + output));
        return Arrays.stream(result.substring(AppendRun.RESULT.length()).split(" "))
                .mapToDouble(Double::parseDouble).toArray();
    }

    private void add(String system, Policy policy, double[] result) {
        for (int i = 0; i < FIGURES.size(); i++) {
            comparison.add(new Measurement(
                    policy.name().toLowerCase(Locale.ROOT) + ", append " + FIGURES.get(i), "us",
                    1), system, result[i]);
        }
        System.err.printf(Locale.ROOT,
                "%-9s %-9s p50 %.1f p99 %.1f p99.9 %.1f max %.1f us, %.2f%% in time, %.2f%% without a CPU%n",
                system,
                policy, result[0], result[1], result[2], result[3], 100 * result[4], 100 * result[5]);
    }

    private static void deleteTree(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
