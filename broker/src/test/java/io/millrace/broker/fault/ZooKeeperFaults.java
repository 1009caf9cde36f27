package io.millrace.broker.fault;

import java.util.Random;

/** A ZooKeeper that crashes or hangs, also for longer than sessions live. Owned by its lane's thread. */
final class ZooKeeperFaults implements Fault.Source {
    private static final int LONGEST_DOWN_MS = 9_000;
    private static final int LONGEST_PAUSE_MS = 12_000;
    private static final int SHORTEST_REST_MS = 3_000;
    private static final int LONGEST_REST_MS = 12_000;

    private final Member zooKeeper;
    private final Random random;

    ZooKeeperFaults(Member zooKeeper, Random random) {
        this.zooKeeper = zooKeeper;
        this.random = random;
    }

    @Override
    public Fault next() {
        if (random.nextBoolean()) {
            return new Fault("kill ZooKeeper", zooKeeper::kill, random.nextInt(LONGEST_DOWN_MS),
                    zooKeeper::start);
        }
        return new Fault("pause ZooKeeper", zooKeeper::pause, random.nextInt(LONGEST_PAUSE_MS),
                zooKeeper::resume);
    }

    @Override
    public int restMs() {
        return SHORTEST_REST_MS + random.nextInt(LONGEST_REST_MS - SHORTEST_REST_MS);
    }
}
