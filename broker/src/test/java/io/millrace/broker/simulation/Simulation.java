package io.millrace.broker.simulation;

import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.simulation.machine.Schedule;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One run: a cluster of its seed's size, load, operators and faults for a while, then peace, then the last checks. */
final class Simulation {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int PRODUCERS = 5;
    private static final long STEP_BOUND = 400_000;
    private static final long PEACE_MS = 45_000;

    /** How a run ended. */
    record Result(long seed, long steps, long hash, long acknowledged, Throwable failure,
            List<String> notes) {

        /** All that is needed to look into a failure. */
        String report() {
            return "seed " + seed + " after " + steps + " steps: " + failure
                    + "\nreplay it with -Dmillrace.sim.seed="
                    + seed + "\n" + String.join("\n", notes);
        }
    }

    private final long seed;
    private final long troubleMs;
    private final Schedule schedule;
    private final Cluster cluster;
    private final Operator operator;
    private final Faults faults;
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final SimulatedGroup group;
    private final Path folder;
    private int topicCount;
    private boolean isOver;

    private Simulation(long seed, long troubleMs) throws IOException {
        this.seed = seed;
        this.troubleMs = troubleMs;
        schedule = new Schedule(seed);
        folder = Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY
                : Path.of(System.getProperty(
                        "java.io.tmpdir")),
                "millrace-simulation");
        boolean mayLosePower = schedule.oneIn(3);
        cluster = new Cluster(schedule, folder, 3 + schedule.random().nextInt(3));
        operator = new Operator(cluster, mayLosePower);
        group = new SimulatedGroup(cluster);
        faults = new Faults(cluster, mayLosePower);
    }

    /** Runs one seed, with trouble for so long in virtual time. */
    static Result run(long seed, long troubleMs) {
        try {
            return new Simulation(seed, troubleMs).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result run() throws IOException {
        try {
            schedule.afterMs(300, "operator", this::createTopics);
            schedule.afterMs(500, "group", group::start);
            schedule.afterMs(700, "faults", faults::start);
            schedule.afterMs(1000, "operator", this::operate);
            schedule.afterMs(troubleMs, "peace", this::makePeace);
            boolean goesOn = true;
            while (goesOn && !isOver) {
                goesOn = cluster.step() && schedule.steps() < STEP_BOUND;
            }
            if (!isOver && schedule.failure() == null) {
                schedule.fail(new Violation("liveness", "no end after " + schedule.steps() + " steps"));
            }
            return new Result(seed, schedule.steps(), schedule.hash(),
                    producers.stream().mapToLong(SimulatedProducer::acknowledgedCount).sum(),
                    schedule.failure(),
                    schedule.failure() == null ? List.of() : schedule.notes());
        } finally {
            cluster.close();
            FastThreadLocal.removeAll(); // handlers keep cursors there, and cursors keep handlers
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private void createTopics() {
        if (cluster.observer().image().topics().isEmpty()) {
            operator.createTopic("topic-0");
            operator.createTopic("topic-1");
            operator.createTopic(TopicImage.CONSUMER_OFFSETS);
            topicCount = 2;
            schedule.afterMs(500, "operator", this::createTopics);
        }
        schedule.afterMs(100, "operator", this::produce);
    }

    /** Producers go where there is a topic. */
    private void produce() {
        var topics = new ArrayList<>(cluster.observer().image().topics());
        topics.removeIf(topic -> topic.name().equals(TopicImage.CONSUMER_OFFSETS));
        topics.sort(Comparator.comparing(topic -> topic.name()));
        if (!topics.isEmpty() && producers.size() < PRODUCERS) {
            var topic = topics.get(schedule.random().nextInt(topics.size()));
            int index = schedule.random().nextInt(topic.partitions().size());
            var producer = new SimulatedProducer(cluster, producers.size(), topic.name(), topic.id(), index,
                    producers.size() != 1);
            producers.add(producer);
            producer.start();
        }
        if (schedule.elapsedMs() < troubleMs) {
            schedule.afterMs(producers.size() < 3 ? 50 : 1500, "operator", this::produce);
        }
    }

    private void operate() {
        if (schedule.elapsedMs() < troubleMs) {
            if (schedule.oneIn(10)) {
                operator.createTopic("topic-" + schedule.random().nextInt(topicCount + 1));
            } else {
                operator.act();
            }
            schedule.afterMs(100 + schedule.random().nextInt(1500), "operator", this::operate);
        }
    }

    private void makePeace() {
        faults.heal();
        producers.forEach(SimulatedProducer::end);
        group.end();
        schedule.afterMs(500, "peace", this::lookForPeace);
    }

    private void lookForPeace() {
        var trouble = new FinalCheck(cluster, producers, group).trouble();
        if (trouble == null) {
            isOver = true;
        } else if (schedule.elapsedMs() > troubleMs + PEACE_MS) {
            schedule.fail(new Violation("liveness", trouble));
        } else {
            schedule.afterMs(200, "peace", this::lookForPeace);
        }
    }
}
