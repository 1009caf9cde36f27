package io.millrace.consumer;

import io.millrace.consumer.poll.Assignment;
import io.millrace.consumer.poll.ChunkReader;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.serialization.ByteSource;
import io.millrace.consumer.serialization.DeserializationException;
import io.millrace.consumer.serialization.Deserializer;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.Headers;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what waits in the chunks into records, on the polling thread. */
final class RecordDecoder<K, V> implements AutoCloseable {
    private static final int FIRST_CAPACITY = 512;

    private final Deserializer<K> keys;
    private final Deserializer<V> values;
    private final ByteSource bytes = new ByteSource();

    RecordDecoder(Deserializer<K> keys, Deserializer<V> values) {
        this.keys = keys;
        this.values = values;
    }

    /** At most so many records of what waits. A partition with a record that cannot be decoded fails behind the others. */
    ConsumerRecords<K, V> take(Assignment assignment, int mostRecords) {
        var taken = new LinkedHashMap<TopicPartition, List<ConsumerRecord<K, V>>>();
        int left = mostRecords;
        for (var reader = assignment.open(); reader != null; reader = left > 0 ? assignment.open() : null) {
            var list = new ArrayList<ConsumerRecord<K, V>>(Math.min(left, FIRST_CAPACITY));
            boolean isAtEnd = takeInto(list, left, assignment, reader);
            if (!list.isEmpty()) {
                left -= list.size();
                taken.merge(reader.source().partition(), list, RecordDecoder::joined);
            }
            assignment.stop(isAtEnd);
        }
        return taken.isEmpty() ? ConsumerRecords.empty()
                : new ConsumerRecords<>(taken, next(taken, assignment));
    }

    /** Whether the chunk has no more. */
    private boolean takeInto(List<ConsumerRecord<K, V>> list, int most, Assignment assignment,
            ChunkReader reader) {
        try {
            while (list.size() < most) {
                if (!assignment.next()) {
                    return true;
                }
                list.add(decode(reader));
                reader.consumed();
            }
        } catch (DeserializationException e) {
            assignment.fail(e);
        }
        return false;
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        first.addAll(second);
        return first;
    }

    private static Map<TopicPartition, OffsetAndMetadata> next(Map<TopicPartition, ?> taken,
            Assignment assignment) {
        var next = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
        taken.keySet().forEach(
                partition -> next.put(partition, assignment.position(partition).toCommit()));
        return next;
    }

    private ConsumerRecord<K, V> decode(ChunkReader reader) {
        var record = reader.record();
        var topic = reader.source().partition().topic();
        var headers = record.headerCount() == 0 ? null : headers(record);
        try {
            bytes.wrap(record.buffer(), record.keyIndex(), record.keyLength());
            var key = keys.deserialize(topic, headers, bytes);
            bytes.wrap(record.buffer(), record.valueIndex(), record.valueLength());
            var value = values.deserialize(topic, headers, bytes);
            return new ConsumerRecord<>(reader.source(), record, headers, key, value);
        } catch (RuntimeException e) {
            throw new DeserializationException(reader.source().partition(), record.offset(), e);
        }
    }

    private static Headers headers(RecordCursor record) {
        var headers = new Headers();
        var buffer = record.buffer();
        while (record.nextHeader()) {
            var key = buffer.toString(record.headerKeyIndex(), record.headerKeyLength(),
                    StandardCharsets.UTF_8);
            int length = record.headerValueLength();
            headers.add(new RecordHeader(key,
                    length < 0 ? null : Bytes.read(buffer.slice(record.headerValueIndex(), length), length)));
        }
        return headers;
    }

    @Override
    public void close() {
        keys.close();
        values.close();
    }
}
