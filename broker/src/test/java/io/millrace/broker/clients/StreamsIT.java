package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class StreamsIT {
    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private static final long LINES = 200;

    @Test
    void wordsAreCountedAndTheCountSurvivesARestart(@TempDir Path state) {
        var clients = new JavaClients(BROKER.bootstrap());
        var input = BROKER.freshName("lines");
        var output = BROKER.freshName("counts");
        clients.createTopic(input, 2);
        clients.createTopic(output, 1);
        var command = ThirdParty.javaSource(ThirdParty.KAFKA_STREAMS, "WordCount.java",
                List.of(BROKER.bootstrap(), BROKER.freshName("word-count"), input, output, state.toString()));

        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition(output, 0)));
            var counts = new HashMap<String, Long>();
            for (int round = 1; round <= 2; round++) {
                produceLines(clients, input);
                var application = ChildProcess.start(command);
                readUntil(consumer, counts, LINES * round, application);
                application.endInput();
                assertThat(application.awaitExit(Duration.ofSeconds(30))).isTrue();
                assertThat(application.output()).endsWith("closed");
            }
            assertThat(counts)
                    .isEqualTo(Map.of("every", 2 * LINES, "mill", 4 * LINES, "has", 2 * LINES, "a",
                            2 * LINES, "race", 2 * LINES));
        }
    }

    private static void produceLines(JavaClients clients, String topic) {
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < LINES; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, null, "Every mill has a mill race"));
            }
        }
    }

    private static void readUntil(KafkaConsumer<String, String> consumer, Map<String, Long> counts,
            long lines,
            ChildProcess application) {
        Deadline.in(Duration.ofSeconds(60)).await("counts of " + lines + " lines", () -> {
            assertThat(application.isAlive()).as(application.output()).isTrue();
            consumer.poll(Duration.ofMillis(200))
                    .forEach(record -> counts.put(record.key(), Long.parseLong(record.value())));
            return counts.getOrDefault("race", 0L) == lines && counts.getOrDefault("mill", 0L) == 2 * lines
                    && counts.getOrDefault("every", 0L) == lines && counts.getOrDefault("a", 0L) == lines
                    && counts.getOrDefault("has", 0L) == lines;
        });
    }
}
