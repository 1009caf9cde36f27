package io.millrace.broker.partition;

/** Told, on the partition's owner, of what this broker is to fetch from other brokers. */
public interface FollowingListener {
    /** Nobody fetches. */
    FollowingListener NONE = new FollowingListener() {
        @Override
        public void follows(Partition partition, Following following) {}

        @Override
        public void stops(Partition partition, Following following) {}
    };

    void follows(Partition partition, Following following);

    void stops(Partition partition, Following following);
}
