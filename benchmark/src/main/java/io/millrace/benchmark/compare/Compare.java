package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.KafkaTarget;
import io.millrace.benchmark.driver.MillraceTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.Target;
import io.millrace.benchmark.load.FirstRecord;
import io.millrace.benchmark.load.PerformanceTool;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Millrace and Apache Kafka on this machine in one run, in turn (A/B/A/B): cold start, idle memory, broker CPU per
 * record produced and consumed. One thread drives everything.
 */
public final class Compare {
    private static final Measurement START = new Measurement("process start to first acknowledged record",
            "ms", 0.35);
    private static final Measurement IDLE = new Measurement("resident memory, idle", "MiB", 0.4);
    private static final Measurement PRODUCE = new Measurement("CPU per record produced, fresh broker", "ns",
            0.6);
    private static final Measurement CONSUME = new Measurement("CPU per record consumed, fresh broker", "ns",
            0.6);
    private static final Measurement PRODUCE_WARM = new Measurement("CPU per record produced, second pass",
            "ns", 0.6);
    private static final Measurement CONSUME_WARM = new Measurement("CPU per record consumed, second pass",
            "ns", 0.6);
    private static final double MIB = 1 << 20;

    private final CompareOptions options;
    private final PerformanceTool tool;
    private final List<Target> targets;
    private final Comparison comparison;

    private Compare(CompareOptions options, KafkaTarget kafka) {
        this.options = options;
        this.tool = new PerformanceTool(kafka, options.records());
        this.targets = List.of(new MillraceTarget(options.distribution()), kafka);
        this.comparison = new Comparison(targets.get(0).name(), targets.get(1).name());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = CompareOptions.parse(arguments);
        var kafka = new KafkaTarget(Files.readString(options.kafkaClassPathFile()).strip());
        System.out.println(new Compare(options, kafka).run());
    }

    private String run() throws IOException, InterruptedException {
        for (int start = -1; start < options.starts(); start++) {
            for (var target : targets) {
                measureStart(target, start);
            }
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (var target : targets) {
                measureLoad(target);
            }
        }
        return comparison.table();
    }

    /** The start before the first warms this process and the page cache, and does not count. */
    private void measureStart(Target target, int number) throws IOException, InterruptedException {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var started = FirstRecord.await(() -> target.start(place.folder(), place.port()), place.port());
        try (var broker = started.broker()) {
            if (number >= 0) {
                add(START, target, started.milliseconds());
            }
            if (number >= 0 && number < options.rounds()) {
                TimeUnit.SECONDS.sleep(options.idleSeconds());
                add(IDLE, target, broker.residentBytes() / MIB);
            }
        }
        place.delete();
    }

    private void measureLoad(Target target) throws IOException {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var started = FirstRecord.await(() -> target.start(place.folder(), place.port()), place.port());
        try (var broker = started.broker()) {
            add(PRODUCE, target, tool.produce(broker, "fresh"));
            add(CONSUME, target, tool.consume(broker, "fresh"));
            add(PRODUCE_WARM, target, tool.produce(broker, "warm"));
            add(CONSUME_WARM, target, tool.consume(broker, "warm"));
        }
        place.delete();
    }

    private void add(Measurement measurement, Target target, double sample) {
        comparison.add(measurement, target.name(), sample);
        System.err.printf("%-10s %-44s %10.1f %s%n", target.name(), measurement.name(), sample,
                measurement.unit());
    }
}
