package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.ClusterTarget;
import io.millrace.benchmark.driver.RunningCluster;
import io.millrace.benchmark.load.LatencyHistogram;
import io.millrace.benchmark.load.ReplicatedTopics;
import io.millrace.benchmark.load.ReplicatedWrites;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Three Millrace brokers and three Kafka nodes on this machine, in turn: how soon a record is acknowledged by three
 * replicas, and what that costs all brokers together. One thread drives everything.
 */
public final class Replicate {
    private static final int BROKERS = 3;
    private static final int TOPICS_PER_LEADER = 2;
    private static final int PATIENCE_SECONDS = 120;
    private static final Measurement STEADY_P50 = new Measurement("steady rate, latency p50", "ms", 1);
    private static final Measurement STEADY_P99 = new Measurement("steady rate, latency p99", "ms", 1);
    private static final Measurement STEADY_P999 = new Measurement("steady rate, latency p99.9", "ms", 0.5);
    private static final Measurement STEADY_MAX = new Measurement("steady rate, latency max", "ms", 0.5);
    private static final Measurement STEADY_CPU = new Measurement(
            "steady rate, CPU of all brokers per record",
            "us", 0.6);
    private static final Measurement SINGLE_P50 = new Measurement("one at a time, latency p50", "ms", 1);
    private static final Measurement SINGLE_P999 = new Measurement("one at a time, latency p99.9", "ms", 0.5);
    private static final double NS_PER_MS = 1e6;
    private static final double US_PER_S = 1e6;

    private final ReplicateOptions options;
    private final List<ClusterTarget> targets;
    private final Comparison comparison;

    private Replicate(ReplicateOptions options, List<ClusterTarget> targets) {
        this.options = options;
        this.targets = targets;
        this.comparison = new Comparison(targets.get(0).name(), targets.get(targets.size() - 1).name());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = ReplicateOptions.parse(arguments);
        var targets = Clusters.targets(options.targets(), options.distribution(),
                options.kafkaClassPathFile());
        System.out.println(new Replicate(options, targets).run());
    }

    private String run() throws IOException, InterruptedException {
        for (int round = 0; round < options.rounds(); round++) {
            for (var target : targets) {
                measure(target);
            }
        }
        return options.recordsPerSecond() + " records/s, acks=all; " + comparison.table();
    }

    private void measure(ClusterTarget target) throws IOException, InterruptedException {
        try (var cluster = RunningCluster.start(target, BROKERS);
                var topics = new ReplicatedTopics(cluster, PATIENCE_SECONDS);
                var writes = new ReplicatedWrites(cluster.bootstrap(), create(cluster, topics))) {
            writes.atRate(options.recordsPerSecond(), options.warmUpSeconds());
            double cpuSeconds = cpuSeconds(cluster);
            var steady = writes.atRate(options.recordsPerSecond(), options.seconds());
            add(STEADY_CPU, target, (cpuSeconds(cluster) - cpuSeconds) * US_PER_S / steady.total());
            add(STEADY_P50, target, milliseconds(steady, 0.5));
            add(STEADY_P99, target, milliseconds(steady, 0.99));
            add(STEADY_P999, target, milliseconds(steady, 0.999));
            add(STEADY_MAX, target, steady.maxNs() / NS_PER_MS);
            var single = writes.oneAtATime(options.seconds());
            add(SINGLE_P50, target, milliseconds(single, 0.5));
            add(SINGLE_P999, target, milliseconds(single, 0.999));
        }
    }

    private static List<String> create(RunningCluster cluster, ReplicatedTopics topics)
            throws InterruptedException {
        topics.awaitBrokers();
        var names = new ArrayList<String>();
        for (int i = 0; i < TOPICS_PER_LEADER; i++) {
            for (int leader : cluster.ids()) {
                names.add(topics.create(leader));
            }
        }
        return names;
    }

    private static double cpuSeconds(RunningCluster cluster) {
        return cluster.ids().stream().mapToDouble(id -> cluster.broker(id).cpuSeconds()).sum();
    }

    private static double milliseconds(LatencyHistogram latencies, double part) {
        return latencies.quantileNs(part) / NS_PER_MS;
    }

    private void add(Measurement measurement, ClusterTarget target, double sample) {
        comparison.add(measurement, target.name(), sample);
        System.err.printf("%-10s %-50s %10.2f %s%n", target.name(), measurement.name(), sample,
                measurement.unit());
    }
}
