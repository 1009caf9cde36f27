package io.millrace.benchmark.compare;

import io.millrace.benchmark.control.LogOfPartitions;
import io.millrace.benchmark.driver.ClusterTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.RunningCluster;
import io.millrace.benchmark.load.ClusterView;
import io.millrace.benchmark.load.EveryPartition;
import io.millrace.benchmark.load.ReplicatedTopics;
import io.millrace.benchmark.report.Comparison;
import io.millrace.benchmark.report.Comparison.Measurement;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How fast a cluster of three decides, and how fast all brokers know it: topics, a controller that dies, a broker that
 * dies and comes back. Then the metadata log alone with many more partitions. One thread drives everything.
 */
public final class Control {
    private static final int BROKERS = 3;
    private static final int PATIENCE_SECONDS = 300;
    private static final int NEW_TOPICS = 20;
    private static final int LOG_TOPICS = 1000;
    private static final double NS_PER_MS = 1e6;
    private static final Measurement CREATE = milliseconds("create all, until every partition answers");
    private static final Measurement PROPAGATION = milliseconds(
            "create one topic, until every broker names its leader");
    private static final Measurement CONTROLLER_FAILOVER = milliseconds(
            "kill -9 of the controller, until a topic is created");
    private static final Measurement BROKER_FAILOVER = milliseconds(
            "kill -9 of a broker, until the others name no partition as its own");
    private static final Measurement RETURN = milliseconds(
            "start of that broker, until all replicas are in sync");
    private static final Measurement LOG_CREATE = milliseconds("log: append all topics and apply them");
    private static final Measurement LOG_REPLAY = milliseconds("log: read all entries");
    private static final Measurement SNAPSHOT_ENCODE = milliseconds("log: snapshot of the image, as bytes");
    private static final Measurement SNAPSHOT_SIZE = new Measurement("log: size of the snapshot", "KiB", 1);
    private static final Measurement SNAPSHOT_STORE = milliseconds(
            "log: store the snapshot, trim the entries");
    private static final Measurement SNAPSHOT_READ = milliseconds("log: read the snapshot");
    private static final Measurement IMAGE_BUILD = milliseconds("log: build the image from the snapshot");

    private final ControlOptions options;
    private final List<ClusterTarget> targets;
    private final Comparison comparison;

    private Control(ControlOptions options, List<ClusterTarget> targets) {
        this.options = options;
        this.targets = targets;
        this.comparison = new Comparison(targets.get(0).name(), targets.get(targets.size() - 1).name());
    }

    private static Measurement milliseconds(String name) {
        return new Measurement(name, "ms", 1);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var options = ControlOptions.parse(arguments);
        System.out.println(new Control(options, Clusters.targets(options.targets(), options.distribution(),
                options.kafkaClassPathFile())).run());
    }

    private String run() throws IOException, InterruptedException {
        for (int round = 0; round < options.rounds(); round++) {
            for (var target : targets) {
                measure(target);
            }
            measureLog(targets.get(0).name());
        }
        return options.topics() * options.partitionsPerTopic() + " partitions in the cluster, "
                + options.logPartitions() + " in the log alone; " + comparison.table();
    }

    private void measure(ClusterTarget target) throws IOException, InterruptedException {
        try (var cluster = RunningCluster.start(target, BROKERS);
                var topics = new ReplicatedTopics(cluster, PATIENCE_SECONDS);
                var view = new ClusterView(cluster, PATIENCE_SECONDS)) {
            topics.awaitBrokers();
            var all = new EveryPartition(options.topics(), options.partitionsPerTopic());
            long createNs = System.nanoTime();
            all.create(cluster.broker(1), (short) BROKERS);
            add(CREATE, target.name(), createNs);
            view.await(cluster.ids(), null, Control::isWhole);
            for (int i = 0; i < NEW_TOPICS; i++) {
                long startNs = System.nanoTime();
                var topic = topics.begin();
                view.await(cluster.ids(), List.of(topic), Control::isLed);
                add(PROPAGATION, target.name(), startNs);
            }
            failController(cluster, topics, view);
            failBroker(cluster, topics, view);
        }
    }

    private void failController(RunningCluster cluster, ReplicatedTopics topics, ClusterView view)
            throws InterruptedException {
        int controller = topics.controller();
        cluster.broker(controller).kill();
        long killNs = System.nanoTime();
        topics.beginAgainAndAgain();
        add(CONTROLLER_FAILOVER, cluster.target().name(), killNs);
        cluster.startBroker(controller);
        view.await(cluster.ids(), null, Control::isWhole);
    }

    private void failBroker(RunningCluster cluster, ReplicatedTopics topics, ClusterView view)
            throws InterruptedException {
        var others = new ArrayList<>(cluster.ids());
        int controller = topics.controller();
        int victim = others.stream().filter(id -> id != controller).findFirst().orElseThrow();
        others.remove(Integer.valueOf(victim));
        cluster.broker(victim).kill();
        long killNs = System.nanoTime();
        view.await(others, null, everyLeader(leader -> leader >= 0 && leader != victim));
        add(BROKER_FAILOVER, cluster.target().name(), killNs);
        long startNs = System.nanoTime();
        cluster.startBroker(victim);
        view.await(cluster.ids(), null, Control::isWhole);
        add(RETURN, cluster.target().name(), startNs);
    }

    private static Predicate<Metadata.Response> everyLeader(Predicate<Integer> wanted) {
        return metadata -> metadata.topics().stream().allMatch(topic -> topic.errorCode() == ErrorCode.NONE
                && topic.partitions().stream().allMatch(partition -> wanted.test(partition.leaderId())));
    }

    private static boolean isLed(Metadata.Response metadata) {
        return everyLeader(leader -> leader >= 0).test(metadata);
    }

    /** Whether every replica is in sync. */
    private static boolean isWhole(Metadata.Response metadata) {
        return metadata.brokers().size() == BROKERS && metadata.topics().stream()
                .allMatch(topic -> topic.partitions().stream().allMatch(
                        partition -> partition.isrNodes().size() == partition.replicaNodes().size()));
    }

    private void measureLog(String system) throws IOException {
        var place = Place.fresh();
        try (var log = new LogOfPartitions(place.folder(), LOG_TOPICS,
                options.logPartitions() / LOG_TOPICS)) {
            var controller = log.join();
            controller.read();
            timed(LOG_CREATE, system, () -> log.create(controller));
            var late = log.join();
            timed(LOG_REPLAY, system, late::read);
            var chunks = log.chunks(controller);
            long[] bytes = new long[1];
            timed(SNAPSHOT_ENCODE, system,
                    () -> bytes[0] = log.chunks(controller).stream().mapToLong(chunk -> chunk.encode().length)
                            .sum());
            comparison.add(SNAPSHOT_SIZE, system, bytes[0] / 1024.0);
            timed(SNAPSHOT_STORE, system, () -> log.store(controller, chunks));
            var later = log.join();
            timed(SNAPSHOT_READ, system, later::read);
            timed(IMAGE_BUILD, system, () -> LogOfPartitions.build(chunks));
        }
        place.delete();
    }

    private void timed(Measurement measurement, String system, Runnable task) {
        long startNs = System.nanoTime();
        task.run();
        add(measurement, system, startNs);
    }

    private void add(Measurement measurement, String system, long startNs) {
        double sample = (System.nanoTime() - startNs) / NS_PER_MS;
        comparison.add(measurement, system, sample);
        System.err.printf("%-10s %-70s %10.1f ms%n", system, measurement.name(), sample);
    }
}
