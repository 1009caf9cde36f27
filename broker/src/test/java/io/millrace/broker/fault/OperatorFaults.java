package io.millrace.broker.fault;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What operators do while users go on: restarts, reassignments, elections. Owned by its lane's thread. */
final class OperatorFaults implements Fault.Source {
    private static final Duration ROLL_PATIENCE = Duration.ofSeconds(15);
    private static final int LONGEST_MOVE_MS = 8_000;
    private static final int LONGEST_REST_MS = 3_000;

    private final FaultCluster cluster;
    private final ClusterOperator operator;
    private final FaultLog log;
    private final Random random;

    OperatorFaults(FaultCluster cluster, ClusterOperator operator, FaultLog log, Random random) {
        this.cluster = cluster;
        this.operator = operator;
        this.log = log;
        this.random = random;
    }

    @Override
    public Fault next() {
        return switch (random.nextInt(4)) {
            case 0 -> new Fault("rolling restart", this::roll, 0, () -> {});
            case 1 -> new Fault("elect preferred", () -> tell("election", operator.electPreferred()),
                    random.nextInt(LONGEST_REST_MS), () -> {});
            default -> move();
        };
    }

    private void roll() {
        for (var broker : cluster.brokers()) {
            if (broker.claim()) {
                broker.stop();
                broker.start();
                log.say(broker + (broker.awaitReady(ROLL_PATIENCE) ? " rolled" : " rolled, not ready"));
                broker.giveBack();
            }
        }
    }

    /** Takes a replica of every partition of a topic away and adds it again, at another place. */
    private Fault move() {
        var topic = operator.topic(random);
        var few = shuffled().subList(0, FaultCluster.BROKERS - 1);
        var all = shuffled();
        return new Fault("reassign", () -> tell("to " + few, operator.reassign(topic, few)),
                random.nextInt(LONGEST_MOVE_MS), () -> tell("to " + all, operator.reassign(topic, all)));
    }

    private List<Integer> shuffled() {
        var ids = IntStream.rangeClosed(1, FaultCluster.BROKERS).boxed().collect(Collectors.toList());
        Collections.shuffle(ids, random);
        return ids;
    }

    private void tell(String what, boolean wasDone) {
        log.say(what + (wasDone ? " accepted" : " not accepted"));
    }

    @Override
    public int restMs() {
        return random.nextInt(LONGEST_REST_MS);
    }
}
