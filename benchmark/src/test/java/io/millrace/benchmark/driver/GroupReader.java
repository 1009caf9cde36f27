package io.millrace.benchmark.driver;

import io.millrace.consumer.MillraceConsumer;
import io.millrace.consumer.serialization.IntegerDeserializer;
import io.millrace.consumer.serialization.StringDeserializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A member of a group, of one library or the other, on a thread of its own: notes what it reads and which partitions are
 * its own. The thread owns the consumer.
 */
final class GroupReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Thread thread;
    private final Set<Integer> seen;
    private volatile Set<String> partitions = Set.of();
    private volatile int repeats;
    private volatile boolean isClosing;
    private volatile RuntimeException failure;

    GroupReader(String library, Map<String, Object> settings, String topic, Set<Integer> seen) {
        this.seen = seen;
        thread = new Thread(() -> {
            try {
                if (library.equals("kafka")) {
                    readWithKafkas(settings, topic);
                } else {
                    readWithOurs(settings, topic);
                }
            } catch (RuntimeException e) {
                failure = e;
            }
        }, library + "-member");
        thread.start();
    }

    private void readWithOurs(Map<String, Object> settings, String topic) {
        try (var consumer = new MillraceConsumer<>(settings, new StringDeserializer(),
                new IntegerDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!isClosing) {
                consumer.poll(POLL).forEach(record -> note(record.value()));
                partitions = strings(consumer.assignment());
            }
        }
    }

    private void readWithKafkas(Map<String, Object> settings, String topic) {
        try (var consumer = new KafkaConsumer<>(new HashMap<>(settings),
                new org.apache.kafka.common.serialization.StringDeserializer(),
                new org.apache.kafka.common.serialization.IntegerDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!isClosing) {
                consumer.poll(POLL).forEach(record -> note(record.value()));
                partitions = strings(consumer.assignment());
            }
        }
    }

    private static Set<String> strings(Set<?> assignment) {
        return Set.copyOf(assignment.stream().map(String::valueOf).toList());
    }

    private void note(int value) {
        if (!seen.add(value)) {
            repeats++;
        }
    }

    /** The partitions that it owned after its last poll. */
    Set<String> partitions() {
        if (failure != null) {
            throw new IllegalStateException("a member failed", failure);
        }
        return partitions;
    }

    /** Records that somebody had read before. */
    int repeats() {
        return repeats;
    }

    @Override
    public void close() {
        isClosing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
