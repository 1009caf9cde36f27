package io.millrace.benchmark.load;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An application that writes to one partition at a fixed rate, and the longest time that it saw no acknowledgement.
 * The client has its default settings (acks=all), but gives a broker that hangs up sooner. A thread of its own sends;
 * acknowledgements come on the client's.
 */
public final class SteadyWrites implements AutoCloseable {
    private static final int RECORD_BYTES = 100;
    private static final long NS_PER_SECOND = 1_000_000_000;
    private static final int REQUEST_TIMEOUT_MS = 1_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final long intervalNs;
    private final Thread sender = new Thread(this::send, "steady-writes");
    private final AtomicLong longestGapNs = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile long sent;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile long lastAcknowledgedNs = System.nanoTime();
    private volatile boolean isStopped;

    private SteadyWrites(String bootstrap, String topic, int recordsPerSecond) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", REQUEST_TIMEOUT_MS),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.intervalNs = NS_PER_SECOND / recordsPerSecond;
    }

    public static SteadyWrites start(String bootstrap, String topic, int recordsPerSecond) {
        var writes = new SteadyWrites(bootstrap, topic, recordsPerSecond);
        writes.sender.start();
        return writes;
    }

    private void send() {
        var value = new byte[RECORD_BYTES];
        for (long dueNs = System.nanoTime(); !isStopped; dueNs += intervalNs) {
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(leftNs);
            }
            producer.send(new ProducerRecord<>(topic, 0, null, value), this::onEnd);
            sent++;
        }
    }

    private void onEnd(RecordMetadata placed, Exception error) {
        if (error != null) {
            failure.compareAndSet(null, error);
            return;
        }
        long nowNs = System.nanoTime();
        longestGapNs.accumulateAndGet(nowNs - lastAcknowledgedNs, Math::max);
        lastAcknowledgedNs = nowNs;
        acknowledged.incrementAndGet();
    }

    /** How many records were acknowledged; fails if one will never be. */
    public long acknowledged() {
        if (failure.get() != null) {
            throw new IllegalStateException("a record was not acknowledged", failure.get());
        }
        return acknowledged.get();
    }

    /** How many records wait for their acknowledgement; fails if one will never have it. */
    public long unacknowledged() {
        return sent - acknowledged();
    }

    public void forgetGap() {
        longestGapNs.set(0);
    }

    public long longestGapNs() {
        return longestGapNs.get();
    }

    /** Returns when all that was sent is acknowledged. */
    @Override
    public void close() {
        isStopped = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
