package io.millrace.broker.fault;

import io.millrace.broker.clients.Deadline;
import io.millrace.broker.history.History;
import io.millrace.broker.history.HistoryChecker;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.ReplicaComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * One cluster under load, faults for some time, then calm, and a look at everything that clients saw and brokers keep.
 * The seed decides which faults come in which order. Owned by the test's thread.
 */
final class FaultMix implements AutoCloseable {
    private static final List<String> TOPICS = List.of("orders", "visits");
    private static final int PARTITIONS = 3;
    private static final String GROUP = "readers";
    private static final Duration CALM_LIMIT = Duration.ofMinutes(4);
    private static final int SAMPLE_MS = 100;

    private final long seed;
    private final Path folder;
    private final History history = new History();
    private final FaultLog log;
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final FaultCluster cluster;
    private final Clients clients;
    private final ClusterOperator operator;
    private final List<LogName> logs;
    private final AtomicLong values = new AtomicLong();
    private final List<Writer> writers;
    private final List<Reader> readers;
    private final List<GroupMember> members;
    private final GroupWatch watch;
    private final TopicChurn churn;

    FaultMix(Path folder, long seed) throws IOException {
        this.seed = seed;
        this.folder = Files.createDirectories(folder);
        this.log = new FaultLog(folder.resolve("faults.txt"));
        this.cluster = new FaultCluster(folder);
        this.clients = new Clients(cluster.bootstrap());
        this.operator = new ClusterOperator(cluster.bootstrap(), TOPICS, PARTITIONS, log);
        this.logs = TOPICS.stream().flatMap(topic -> IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new LogName(topic, 0, partition))).toList();
        this.writers = List.of(writer("w1"), writer("w2"));
        this.readers = List.of(new Reader("r1", clients, history, logs, problems),
                new Reader("r2", clients, history, logs, problems));
        this.members = List.of(new GroupMember(GROUP, 1, clients, history, TOPICS, problems),
                new GroupMember(GROUP, 2, clients, history, TOPICS, problems));
        this.watch = new GroupWatch(GROUP, operator, history, logs);
        this.churn = new TopicChurn(operator, clients, writer("churn"), values, log);
    }

    private Writer writer(String name) {
        return new Writer(name, clients, history, values, logs);
    }

    MixReport run(Duration length) throws InterruptedException {
        createTopics();
        writers.forEach(Writer::start);
        readers.forEach(Reader::start);
        members.forEach(GroupMember::start);
        watch.start();
        churn.start();
        double atOnce = letFaultsHappen(length);
        var unavailable = heal();
        writers.forEach(Writer::stop);
        members.forEach(GroupMember::stop);
        watch.stop();
        readers.forEach(Reader::stop);
        churn.finish();
        var all = new ArrayList<>(TOPICS);
        all.add(TopicChurn.TOPIC);
        awaitWhole(all);
        return judge(atOnce, unavailable);
    }

    private void createTopics() {
        await("the brokers", () -> operator.isWhole(List.of()));
        var topics = TOPICS.stream().map(name -> new NewTopic(name, PARTITIONS, (short) FaultCluster.BROKERS))
                .toList();
        operator.admin().createTopics(topics);
        awaitWhole(TOPICS);
    }

    private void await(String what, BooleanSupplier condition) {
        Deadline.in(CALM_LIMIT).await(what, () -> {
            cluster.revive(log);
            return condition.getAsBoolean();
        });
    }

    private void awaitWhole(List<String> topics) {
        await("all replicas of " + topics, () -> operator.isWhole(topics));
    }

    /** Answers how many faults there were at once in the mean. */
    private double letFaultsHappen(Duration length) throws InterruptedException {
        var stop = new CountDownLatch(1);
        var random = new Random(seed);
        var sources = new ArrayList<Fault.Source>();
        sources.add(new BrokerFaults(cluster, operator, log, new Random(random.nextLong())));
        sources.add(new OperatorFaults(cluster, operator, log, new Random(random.nextLong())));
        sources.add(new ZooKeeperFaults(cluster.zooKeeper(), new Random(random.nextLong())));
        sources.add(cluster.network().canCut()
                ? new NetworkFaults(cluster.network(), new Random(random.nextLong()))
                : new BrokerFaults(cluster, operator, log, new Random(random.nextLong())));
        var lanes = sources.stream().map(source -> new FaultLane(source, log, stop)).toList();
        lanes.forEach(FaultLane::start);
        long samples = 0;
        long active = 0;
        for (var end = Deadline.in(length); !end.passed(); samples++) {
            TimeUnit.MILLISECONDS.sleep(SAMPLE_MS);
            active += log.active();
        }
        stop.countDown();
        lanes.forEach(FaultLane::join);
        return (double) active / samples;
    }

    /** Answers how long after the last fault some partition took no writes. */
    private Duration heal() {
        cluster.revive(log);
        cluster.heal();
        long healedNs = System.nanoTime();
        writers.forEach(writer -> writer.firstAcknowledgedNs().clear());
        log.say("healed");
        try {
            await("writes to all logs",
                    () -> logs.stream().allMatch(written -> firstNs(written) < Long.MAX_VALUE));
        } catch (AssertionError e) {
            problems.add("not written to after the last fault: "
                    + logs.stream().filter(written -> firstNs(written) == Long.MAX_VALUE).toList());
            return CALM_LIMIT;
        }
        long lastNs = logs.stream().mapToLong(this::firstNs).max().orElseThrow();
        for (var topic : TOPICS) {
            await("the replicas of " + topic, () -> operator.reassign(topic, List.of(1, 2, 3)));
        }
        awaitWhole(TOPICS);
        return Duration.ofNanos(Math.max(0, lastNs - healedNs));
    }

    private long firstNs(LogName written) {
        return writers.stream()
                .mapToLong(writer -> writer.firstAcknowledgedNs().getOrDefault(written, Long.MAX_VALUE)).min()
                .orElseThrow();
    }

    private MixReport judge(double atOnce, Duration unavailable) {
        var read = new ArrayList<>(logs);
        read.addAll(churn.logs());
        long held = WholeRead.of(read, clients, history);
        var replicas = ReplicaComparison.of(cluster.dataFolders());
        problems.addAll(log.problems());
        var faults = new TreeMap<>(log.counts());
        faults.putAll(churn.counts());
        var errors = new HashMap<String, Integer>();
        writers.forEach(
                writer -> writer.errors()
                        .forEach((error, count) -> errors.merge(error, count, Integer::sum)));
        return new MixReport(seed, writers.stream().mapToLong(Writer::acknowledged).sum(), held,
                Map.copyOf(faults), atOnce, errors, HistoryChecker.check(history.operations()),
                replicas.differences(), List.copyOf(problems), unavailable);
    }

    /** Leaves what clients saw beside the brokers' data and output, and the times of the faults. */
    void save() {
        history.save(folder.resolve("history.txt"));
    }

    @Override
    public void close() {
        operator.close();
        cluster.close();
        log.close();
    }
}
