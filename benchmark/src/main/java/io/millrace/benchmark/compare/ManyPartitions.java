package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.KafkaTarget;
import io.millrace.benchmark.driver.MillraceTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.RunningBroker;
import io.millrace.benchmark.driver.Target;
import io.millrace.benchmark.load.EveryPartition;
import io.millrace.benchmark.load.FirstRecord;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Millrace and Apache Kafka with many partitions, in turn on this machine: how long it takes to create them and to
 * start again with them, what each costs in memory, file descriptors and mappings. One thread drives everything.
 */
public final class ManyPartitions {
    private static final Measurement CREATE = new Measurement("create all", "ms", 1);
    private static final Measurement MEMORY = new Measurement("resident memory per partition, created",
            "KiB", 0.5);
    private static final Measurement RESIDENT = new Measurement("resident memory, started again", "MiB", 0.5);
    private static final Measurement DESCRIPTORS = new Measurement("file descriptors, started again", "",
            0.5);
    private static final Measurement MAPPINGS = new Measurement("mappings, started again", "", 0.5);
    private static final Measurement STOP = new Measurement("stop in order", "ms", 1);
    private static final Measurement START_CLEAN = new Measurement(
            "start after that, until all partitions answer", "ms", 0.5);
    private static final Measurement CPU_CREATE = new Measurement("broker CPU to create all", "ms", 0.5);
    private static final Measurement CPU_CLEAN = new Measurement("broker CPU of a start after a stop", "ms",
            0.5);
    private static final Measurement CPU_KILLED = new Measurement("broker CPU of a start after kill -9",
            "ms", 0.5);
    private static final Measurement WRITE = new Measurement("one record to each", "ms", 1);
    private static final Measurement WRITTEN_MEMORY = new Measurement("resident memory, written to", "MiB",
            0.5);
    private static final Measurement WRITTEN_DESCRIPTORS = new Measurement("file descriptors, written to", "",
            0.5);
    private static final Measurement WRITTEN_MAPPINGS = new Measurement("mappings, written to", "", 0.5);
    private static final Measurement START_KILLED = new Measurement(
            "start after kill -9, until all partitions answer", "ms", 0.5);
    private static final double MIB = 1 << 20;
    private static final double NS_PER_MS = 1e6;
    private static final double MS_PER_S = 1e3;

    private final PartitionsOptions options;
    private final EveryPartition load;
    private final Comparison comparison = new Comparison("Millrace", "Kafka");

    private ManyPartitions(PartitionsOptions options) {
        this.options = options;
        this.load = new EveryPartition(options.topics(), options.partitionsPerTopic());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println(new ManyPartitions(PartitionsOptions.parse(arguments)).run());
    }

    private String run() throws IOException, InterruptedException {
        var targets = new ArrayList<Target>(List.of(new MillraceTarget(options.distribution())));
        if (options.withKafka()) {
            targets.add(new KafkaTarget(Files.readString(options.kafkaClassPathFile()).strip()));
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (var target : targets) {
                measure(target);
            }
        }
        return options.partitions() + " partitions; " + comparison.table();
    }

    private void measure(Target target) throws IOException, InterruptedException {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var first = FirstRecord.await(() -> target.start(place.folder(), place.port()), place.port());
        try (var broker = first.broker()) {
            settle();
            long emptyBytes = broker.residentBytes();
            double emptyCpuSeconds = broker.cpuSeconds();
            add(CREATE, target, millisecondsOf(() -> load.create(broker)));
            add(CPU_CREATE, target, (broker.cpuSeconds() - emptyCpuSeconds) * MS_PER_S);
            settle();
            add(MEMORY, target, (broker.residentBytes() - emptyBytes) / 1024.0 / options.partitions());
            add(STOP, target, millisecondsOf(broker::close));
        }
        try (var broker = startAgain(target, place, List.of(START_CLEAN, CPU_CLEAN), 0)) {
            settle();
            add(RESIDENT, target, broker.residentBytes() / MIB);
            add(DESCRIPTORS, target, broker.descriptors());
            add(MAPPINGS, target, broker.mappings());
            add(WRITE, target, millisecondsOf(() -> load.writeOneEach(broker)));
            add(WRITTEN_DESCRIPTORS, target, broker.descriptors());
            add(WRITTEN_MAPPINGS, target, broker.mappings());
            settle();
            add(WRITTEN_MEMORY, target, broker.residentBytes() / MIB);
            broker.kill();
        }
        startAgain(target, place, List.of(START_KILLED, CPU_KILLED), options.partitions()).close();
        place.delete();
    }

    /** Measures time, then CPU. */
    private RunningBroker startAgain(Target target, Place place, List<Measurement> measurements,
            long records) {
        long startNs = System.nanoTime();
        var broker = target.start(place.folder(), place.port());
        long held = load.awaitAll(broker);
        add(measurements.get(0), target, (System.nanoTime() - startNs) / NS_PER_MS);
        add(measurements.get(1), target, broker.cpuSeconds() * MS_PER_S);
        if (held != records) {
            broker.close();
            throw new IllegalStateException(
                    target.name() + " has " + held + " records, not " + records + ", in " + place.folder());
        }
        return broker;
    }

    private static double millisecondsOf(Runnable task) {
        long startNs = System.nanoTime();
        task.run();
        return (System.nanoTime() - startNs) / NS_PER_MS;
    }

    private void settle() throws InterruptedException {
        TimeUnit.SECONDS.sleep(options.idleSeconds());
    }

    private void add(Measurement measurement, Target target, double sample) {
        comparison.add(measurement, target.name(), sample);
        System.err.printf("%-10s %-50s %10.1f %s%n", target.name(), measurement.name(), sample,
                measurement.unit());
    }
}
