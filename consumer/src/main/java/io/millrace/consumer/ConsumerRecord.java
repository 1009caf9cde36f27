package io.millrace.consumer;

import io.millrace.consumer.poll.RecordSource;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.Headers;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.TimestampType;
import java.util.Optional;

/** A record as it was read, and where it was. Used by one thread at a time, as its headers are made when asked for. */
public final class ConsumerRecord<K, V> {
    /** The size of a key or value that is null. */
    public static final int NULL_SIZE = -1;

    private final RecordSource source;
    private final long offset;
    private final long timestamp;
    private final int serializedKeySize;
    private final int serializedValueSize;
    private final K key;
    private final V value;
    private Headers headers;

    ConsumerRecord(RecordSource source, RecordCursor record, Headers headers, K key, V value) {
        this.source = source;
        offset = record.offset();
        timestamp = record.timestamp();
        serializedKeySize = record.keyLength();
        serializedValueSize = record.valueLength();
        this.headers = headers;
        this.key = key;
        this.value = value;
    }

    /** A record as tests make them: without headers, epoch, timestamp and sizes. */
    public ConsumerRecord(String topic, int partition, long offset, K key, V value) {
        source = new RecordSource(new TopicPartition(topic, partition), -1, TimestampType.CREATE_TIME);
        this.offset = offset;
        timestamp = -1;
        serializedKeySize = NULL_SIZE;
        serializedValueSize = NULL_SIZE;
        this.key = key;
        this.value = value;
    }

    /** The topic's name. */
    public String topic() {
        return source.partition().topic();
    }

    /** The partition's number. */
    public int partition() {
        return source.partition().partition();
    }

    /** Topic and partition. */
    public TopicPartition topicPartition() {
        return source.partition();
    }

    /** The place in the partition's log. */
    public long offset() {
        return offset;
    }

    /** Milliseconds since 1970, by the clock that {@link #timestampType} names. */
    public long timestamp() {
        return timestamp;
    }

    /** Whether the producer or the broker set the timestamp. */
    public TimestampType timestampType() {
        return source.timestampType();
    }

    /** The size of the key's bytes, or {@link #NULL_SIZE}. */
    public int serializedKeySize() {
        return serializedKeySize;
    }

    /** The size of the value's bytes, or {@link #NULL_SIZE}. */
    public int serializedValueSize() {
        return serializedValueSize;
    }

    /** The key, or null. */
    public K key() {
        return key;
    }

    /** The value, or null. */
    public V value() {
        return value;
    }

    /** The headers, perhaps none. */
    public Headers headers() {
        if (headers == null) {
            headers = new Headers();
        }
        return headers;
    }

    /** The epoch of the leader that appended the record, if the log knows it. */
    public Optional<Integer> leaderEpoch() {
        return Position.optionalEpoch(source.leaderEpoch());
    }

    @Override
    public String toString() {
        return "ConsumerRecord(" + source.partition() + "@" + offset + ", timestamp=" + timestamp
                + ", headers="
                + (headers == null ? "[]" : headers) + ", key=" + key + ", value=" + value + ")";
    }
}
