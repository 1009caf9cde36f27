package io.millrace.broker.partition.fetcher;

/** How fast a leader sends to replicas. Any thread. */
public interface SendPace {
    SendPace UNLIMITED = new SendPace() {
        @Override
        public boolean withholds(String topic, int index, int replicaId) {
            return false;
        }

        @Override
        public void sent(String topic, int index, int replicaId, int bytes) {}
    };

    /** Whether a replica gets no records of a partition for the moment. */
    boolean withholds(String topic, int index, int replicaId);

    /** A replica gets these bytes of a partition. */
    void sent(String topic, int index, int replicaId, int bytes);
}
