package io.millrace.protocol.cluster;

/** A partition by the name of its topic and its number. */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {

    @Override
    public int compareTo(TopicPartition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    /** The form that logs and Kafka's tools use: {@code topic-partition}. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
