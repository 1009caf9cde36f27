package io.millrace.producer;

import io.millrace.protocol.cluster.PartitionView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends records to a Kafka cluster. Safe for use by many threads, and faster shared by them than one for each. Errors
 * are unchecked: an ApiException carries the protocol's error code, which says whether trying again may help.
 */
public interface Producer<K, V> extends AutoCloseable {

    /**
     * Hands a record over and returns, mostly without waiting; waits for at most {@code max.block.ms} while the topic is
     * not known yet or {@code buffer.memory} is full. The future completes, on the producer's thread, when the record is
     * acknowledged or given up. A record that cannot be handed over is an exception here.
     */
    CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record);

    /** The same with a callback, or with null, where nobody is told: nothing is allocated for the record then. */
    void send(ProducerRecord<K, V> record, Callback callback);

    /** Sends without lingering what was handed over before, and waits until all of it is acknowledged or given up. */
    void flush();

    /** The topic's partitions; waits for at most {@code max.block.ms} until they are known. */
    List<PartitionView> partitionsFor(String topic);

    /** What the producer has done so far. */
    ProducerMetrics metrics();

    /** Waits for whatever is under way, as long as {@code delivery.timeout.ms} allows, then frees everything. */
    @Override
    void close();

    /** Waits so long at most for what is under way, gives the rest up, then frees everything. */
    void close(Duration timeout);
}
