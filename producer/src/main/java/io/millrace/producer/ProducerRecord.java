package io.millrace.producer;

import io.millrace.protocol.record.Headers;
import io.millrace.protocol.record.RecordHeader;
import java.util.Objects;

/**
 * A record to be sent. Without a partition, the key decides, or, without a key, the producer; without a timestamp, the
 * time at which it is sent counts. Used by one thread at a time.
 */
public final class ProducerRecord<K, V> {
    private final String topic;
    private final Integer partition;
    private final Long timestamp;
    private final K key;
    private final V value;
    private Headers headers;

    /**
     * All there is to a record; any of it but the topic may be null. Throws {@link IllegalArgumentException} if there is
     * no topic, or the partition or the timestamp (milliseconds since 1970) is negative.
     */
    public ProducerRecord(String topic, Integer partition, Long timestamp, K key, V value,
            Iterable<RecordHeader> headers) {
        if (topic == null) {
            throw new IllegalArgumentException("a record needs a topic");
        }
        if (partition != null && partition < 0) {
            throw new IllegalArgumentException("a partition is 0 or more, not " + partition);
        }
        if (timestamp != null && timestamp < 0) {
            throw new IllegalArgumentException("a timestamp is 0 or more, not " + timestamp);
        }
        this.topic = topic;
        this.partition = partition;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
        this.headers = headers == null ? null : new Headers(headers);
    }

    /** A record with a partition and a timestamp of its own. */
    public ProducerRecord(String topic, Integer partition, Long timestamp, K key, V value) {
        this(topic, partition, timestamp, key, value, null);
    }

    /** A record for a certain partition, with headers. */
    public ProducerRecord(String topic, Integer partition, K key, V value, Iterable<RecordHeader> headers) {
        this(topic, partition, null, key, value, headers);
    }

    /** A record for a certain partition. */
    public ProducerRecord(String topic, Integer partition, K key, V value) {
        this(topic, partition, null, key, value, null);
    }

    /** A record whose key decides on its partition. */
    public ProducerRecord(String topic, K key, V value) {
        this(topic, null, null, key, value, null);
    }

    /** A record without a key. */
    public ProducerRecord(String topic, V value) {
        this(topic, null, null, null, value, null);
    }

    /** The topic, never null. */
    public String topic() {
        return topic;
    }

    /** The partition, or null if it is left to the producer. */
    public Integer partition() {
        return partition;
    }

    /** Milliseconds since 1970, or null for the time of sending. */
    public Long timestamp() {
        return timestamp;
    }

    /** The key, or null. */
    public K key() {
        return key;
    }

    /** The value; null deletes the key in a compacted topic. */
    public V value() {
        return value;
    }

    /** The headers, to be read or added to until the record is sent. */
    public Headers headers() {
        if (headers == null) {
            headers = new Headers();
        }
        return headers;
    }

    /** The headers, or null if nobody has asked for any. */
    Headers headersOrNull() {
        return headers;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProducerRecord<?, ?> that && topic.equals(that.topic)
                && Objects.equals(partition, that.partition) && Objects.equals(timestamp, that.timestamp)
                && Objects.equals(key, that.key) && Objects.equals(value, that.value)
                && headers().equals(that.headers());
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, partition, timestamp, key, value);
    }

    @Override
    public String toString() {
        return "ProducerRecord(topic=" + topic + ", partition=" + partition + ", headers="
                + (headers == null ? "[]" : headers) + ", key=" + key + ", value=" + value + ", timestamp="
                + timestamp + ")";
    }
}
