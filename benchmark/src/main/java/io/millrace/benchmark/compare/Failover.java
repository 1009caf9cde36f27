package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.ClusterTarget;
import io.millrace.benchmark.driver.RunningCluster;
import io.millrace.benchmark.load.ReplicatedTopics;
import io.millrace.benchmark.load.SteadyWrites;
import io.millrace.benchmark.report.Comparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three Millrace brokers, then three Kafka nodes, on this machine: for how long no write is acknowledged when a broker
 * dies or hangs. Topics have three replicas and need two. One thread drives everything.
 */
public final class Failover {
    private static final int BROKERS = 3;
    private static final int LEAD_IN_SECONDS = 3;
    private static final int STEADY_SECONDS = 3;
    private static final int PATIENCE_SECONDS = 120;
    private static final double NS_PER_MS = 1e6;

    private final FailoverOptions options;
    private final List<ClusterTarget> targets;
    private final Comparison comparison;

    private Failover(FailoverOptions options, List<ClusterTarget> targets) {
        this.options = options;
        this.targets = targets;
        this.comparison = new Comparison(targets.get(0).name(), targets.get(targets.size() - 1).name());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = FailoverOptions.parse(arguments);
        var targets = Clusters.targets(options.targets(), options.distribution(),
                options.kafkaClassPathFile());
        System.out.println(new Failover(options, targets).run());
    }

    private String run() throws IOException, InterruptedException {
        for (var target : targets) {
            measure(target);
        }
        return options.kills() + " of each; " + comparison.table();
    }

    /** The first round warms this process, and does not count. */
    private void measure(ClusterTarget target) throws IOException, InterruptedException {
        try (var cluster = RunningCluster.start(target, BROKERS);
                var topics = new ReplicatedTopics(cluster, PATIENCE_SECONDS)) {
            topics.awaitBrokers();
            for (int kill = -1; kill < options.kills(); kill++) {
                for (var fault : BrokerFault.values()) {
                    double gapMs = longestGapNs(cluster, topics, fault) / NS_PER_MS;
                    System.err.printf("%-10s %-50s %10.1f ms%s%n", target.name(), fault.gap().name(), gapMs,
                            kill < 0 ? ", warm-up" : "");
                    if (kill >= 0) {
                        comparison.add(fault.gap(), target.name(), gapMs);
                    }
                }
            }
        }
    }

    private long longestGapNs(RunningCluster cluster, ReplicatedTopics topics, BrokerFault fault)
            throws InterruptedException {
        int controller = topics.controller();
        var leaders = new ArrayList<>(cluster.ids());
        if (fault.hitsController() && fault.hitsLeader()) {
            leaders.removeIf(id -> id != controller);
        } else {
            leaders.remove(Integer.valueOf(controller));
        }
        int leader = leaders.get(0);
        int victim = fault.hitsController() ? controller : leader;
        var topic = topics.create(leader);
        long acknowledged;
        long gapNs;
        try (var writes = SteadyWrites.start(cluster.bootstrap(), topic, options.recordsPerSecond())) {
            TimeUnit.SECONDS.sleep(LEAD_IN_SECONDS);
            writes.forgetGap();
            fault.strike(cluster.broker(victim));
            awaitSteady(writes);
            gapNs = writes.longestGapNs();
            if (fault.isPause()) {
                cluster.broker(victim).resume();
            } else {
                cluster.startBroker(victim);
            }
            writes.close();
            acknowledged = writes.acknowledged();
        }
        topics.awaitWhole(topic, acknowledged);
        return gapNs;
    }

    /** The fault is over when nothing has been waiting for longer than usual for a while. */
    private void awaitSteady(SteadyWrites writes) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        long usual = options.recordsPerSecond() / 5;
        int calmTenths = 0;
        while (calmTenths < STEADY_SECONDS * 10) {
            TimeUnit.MILLISECONDS.sleep(100);
            calmTenths = writes.unacknowledged() < usual ? calmTenths + 1 : 0;
            if (System.nanoTime() > endNs) {
                throw new IllegalStateException("writes do not go on");
            }
        }
    }
}
