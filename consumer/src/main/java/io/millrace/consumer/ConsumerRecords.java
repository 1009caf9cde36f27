package io.millrace.consumer;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one poll brought, in order within each partition. */
public final class ConsumerRecords<K, V> implements Iterable<ConsumerRecord<K, V>> {
    private static final ConsumerRecords<?, ?> EMPTY = new ConsumerRecords<>(Map.of(), Map.of());

    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> records;
    private final Map<TopicPartition, OffsetAndMetadata> nextOffsets;

    /** These records, and the positions behind them. */
    public ConsumerRecords(Map<TopicPartition, List<ConsumerRecord<K, V>>> records,
            Map<TopicPartition, OffsetAndMetadata> nextOffsets) {
        this.records = records;
        this.nextOffsets = nextOffsets;
    }

    /** No records. */
    @SuppressWarnings("unchecked") // it holds nothing of either type
    public static <K, V> ConsumerRecords<K, V> empty() {
        return (ConsumerRecords<K, V>) EMPTY;
    }

    /** The records of one partition, perhaps none. */
    public List<ConsumerRecord<K, V>> records(TopicPartition partition) {
        return records.getOrDefault(partition, List.of());
    }

    /** The records of one topic. */
    public Iterable<ConsumerRecord<K, V>> records(String topic) {
        var found = new ArrayList<ConsumerRecord<K, V>>();
        records.forEach((partition, list) -> {
            if (partition.topic().equals(topic)) {
                found.addAll(list);
            }
        });
        return found;
    }

    /** The partitions with records. */
    public Set<TopicPartition> partitions() {
        return records.keySet();
    }

    /** What to commit once all of these records are done with, for each partition with records. */
    public Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
        return nextOffsets;
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (var list : records.values()) {
            count += list.size();
        }
        return count;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return records.isEmpty();
    }

    @Override
    public Iterator<ConsumerRecord<K, V>> iterator() {
        if (records.size() == 1) {
            return records.values().iterator().next().iterator();
        }
        var all = new ArrayList<ConsumerRecord<K, V>>(count());
        records.values().forEach(all::addAll);
        return all.iterator();
    }
}
