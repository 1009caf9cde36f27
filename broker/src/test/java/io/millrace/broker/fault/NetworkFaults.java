package io.millrace.broker.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Packets that get lost, between brokers or on the way to or from ZooKeeper. Owned by its lane's thread. */
final class NetworkFaults implements Fault.Source {
    private static final int SHORTEST_MS = 500;
    private static final int LONGEST_MS = 14_000;
    private static final int LONGEST_REST_MS = 3_000;

    private final TestNetwork network;
    private final Random random;

    NetworkFaults(TestNetwork network, Random random) {
        this.network = network;
        this.random = random;
    }

    private record Link(int from, int to) {}

    @Override
    public Fault next() {
        int one = 1 + random.nextInt(FaultCluster.BROKERS);
        int other = 1 + (one + random.nextInt(FaultCluster.BROKERS - 1)) % FaultCluster.BROKERS;
        return switch (random.nextInt(6)) {
            case 0 -> cut("cut one way", List.of(new Link(one, other)));
            case 1 -> cut("cut both ways", both(one, other));
            case 2 -> cut("cut to ZooKeeper", List.of(new Link(one, FaultCluster.ZOOKEEPER)));
            case 3 -> cut("cut from ZooKeeper", List.of(new Link(FaultCluster.ZOOKEEPER, one)));
            case 4 -> cut("cut from brokers", allOthers(one, false));
            default -> cut("cut from all", allOthers(one, true));
        };
    }

    private static List<Link> both(int one, int other) {
        return List.of(new Link(one, other), new Link(other, one));
    }

    private static List<Link> allOthers(int one, boolean alsoZooKeeper) {
        var links = new ArrayList<Link>();
        for (int other = alsoZooKeeper ? FaultCluster.ZOOKEEPER : 1; other <= FaultCluster.BROKERS; other++) {
            if (other != one) {
                links.addAll(both(one, other));
            }
        }
        return links;
    }

    private Fault cut(String kind, List<Link> links) {
        return new Fault(kind, () -> links.forEach(link -> network.cut(link.from, link.to)),
                SHORTEST_MS + random.nextInt(LONGEST_MS - SHORTEST_MS),
                () -> links.forEach(link -> network.mend(link.from, link.to)));
    }

    @Override
    public int restMs() {
        return random.nextInt(LONGEST_REST_MS);
    }
}
