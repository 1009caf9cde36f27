package io.millrace.broker.fault;

import java.util.List;
import java.util.Random;

/** Brokers that crash and come back, and brokers that hang for a while. Owned by its lane's thread. */
final class BrokerFaults implements Fault.Source {
    private static final int LONGEST_DOWN_MS = 5_000;
    private static final int SHORTEST_PAUSE_MS = 500;
    private static final int SHORT_PAUSES_MS = 3_000;
    private static final int LONGEST_PAUSE_MS = 20_000;
    private static final int LONGEST_REST_MS = 4_000;

    private final FaultCluster cluster;
    private final ClusterOperator operator;
    private final FaultLog log;
    private final Random random;

    BrokerFaults(FaultCluster cluster, ClusterOperator operator, FaultLog log, Random random) {
        this.cluster = cluster;
        this.operator = operator;
        this.log = log;
        this.random = random;
    }

    @Override
    public Fault next() {
        cluster.revive(log);
        boolean isPause = random.nextInt(5) < 2;
        int choice = random.nextInt(8);
        if (choice == 0 && !isPause) {
            return killAll();
        }
        int id = choice < 3 ? operator.leader(random) : choice < 5 ? operator.controller() : -1;
        var kind = (isPause ? "pause " : "kill ") + (id < 1 ? "some" : choice < 3 ? "leader" : "controller");
        var victim = cluster.broker(id < 1 ? 1 + random.nextInt(FaultCluster.BROKERS) : id);
        if (!victim.claim()) {
            return null;
        }
        return isPause ? pause(kind, victim) : kill(kind, List.of(victim));
    }

    private Fault killAll() {
        var claimed = cluster.brokers().stream().filter(Member::claim).toList();
        if (claimed.size() == FaultCluster.BROKERS) {
            return kill("kill all", claimed);
        }
        claimed.forEach(Member::giveBack);
        return null;
    }

    private Fault kill(String kind, List<Member> victims) {
        return new Fault(kind, () -> victims.forEach(Member::kill), random.nextInt(LONGEST_DOWN_MS), () -> {
            victims.forEach(Member::start);
            victims.forEach(Member::giveBack);
        });
    }

    private Fault pause(String kind, Member victim) {
        int most = random.nextBoolean() ? SHORT_PAUSES_MS : LONGEST_PAUSE_MS;
        return new Fault(kind, victim::pause, SHORTEST_PAUSE_MS + random.nextInt(most - SHORTEST_PAUSE_MS),
                () -> {
                    victim.resume();
                    victim.giveBack();
                });
    }

    @Override
    public int restMs() {
        return random.nextInt(LONGEST_REST_MS);
    }
}
