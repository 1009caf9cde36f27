package io.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.consumer.poll.WakeupException;
import io.millrace.consumer.serialization.StringDeserializer;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.wire.ApiException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MillraceConsumerTest {
    private static final String NOBODY = "127.0.0.1:1";
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private static MillraceConsumer<String, String> consumer(String... namesAndValues) {
        var given = new HashMap<>(Map.of("bootstrap.servers", NOBODY));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new MillraceConsumer<>(given, new StringDeserializer(), new StringDeserializer());
    }

    @Test
    void settingsThatCannotBeMetAreRefusedWithTheReason() {
        assertThatThrownBy(() -> consumer("group.protocol", "consumer")).isInstanceOf(SettingException.class)
                .hasMessageContaining("classic");
        assertThatThrownBy(() -> consumer("auto.offset.reset", "soon")).isInstanceOf(SettingException.class)
                .hasMessageContaining("earliest, latest, none");
        assertThatThrownBy(() -> consumer("enable.auto.commit", "true")).isInstanceOf(SettingException.class)
                .hasMessageContaining("group.id");
        assertThatThrownBy(() -> consumer("heartbeat.interval.ms", "50000"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("below session.timeout.ms");
        assertThatThrownBy(
                () -> consumer("group.id", "g", "partition.assignment.strategy", "java.lang.String"))
                .isInstanceOf(SettingException.class).hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> new MillraceConsumer<>(Map.of("bootstrap.servers", NOBODY)))
                .isInstanceOf(SettingException.class).hasMessageContaining("key.deserializer is missing");
    }

    @Test
    void defaultsAreKafkas() {
        var kafka = ConsumerConfig.configDef();
        for (var setting : ConsumerSettings.CATALOG.all()) {
            assertThat(kafka.names()).as("Kafka's names").contains(setting.name());
            if (setting.defaultValue() != null && !(setting.defaultValue() instanceof List<?>)) {
                assertThat(setting.defaultText()).as(setting.name())
                        .isEqualTo(String.valueOf(kafka.defaultValues().get(setting.name())));
            }
        }
    }

    @Test
    void misuseIsToldAtOnce() {
        try (var consumer = consumer()) {
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> consumer.subscribe(List.of("t"))).isInstanceOf(ApiException.class)
                    .hasMessageContaining("group.id");
            assertThatThrownBy(() -> consumer.seek(PARTITION, 1)).isInstanceOf(IllegalStateException.class);
            consumer.assign(List.of(PARTITION));
            assertThatThrownBy(() -> consumer.position(PARTITION, Duration.ofMillis(50)))
                    .isInstanceOf(ApiException.class).hasMessageContaining(NOBODY);
            assertThat(consumer.poll(Duration.ofMillis(20)).isEmpty()).isTrue();
            consumer.seek(PARTITION, 42);
            assertThat(consumer.position(PARTITION)).isEqualTo(42);
            consumer.close(Duration.ZERO);
            assertThatThrownBy(consumer::assignment).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void secondThreadIsTurnedAwayAndMayOnlyWakeUpTheFirst() throws Exception {
        try (var consumer = consumer()) {
            consumer.assign(List.of(PARTITION));
            var isInside = new CountDownLatch(1);
            var outcome = new HashMap<String, Throwable>();
            var thread = new Thread(() -> {
                isInside.countDown();
                try {
                    consumer.poll(Duration.ofSeconds(50));
                } catch (WakeupException e) {
                    outcome.put("woken", e);
                }
            });
            thread.start();
            isInside.await();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(consumer::assignment).isInstanceOf(ConcurrentModificationException.class);
            consumer.wakeup();
            thread.join();
            assertThat(outcome).containsKey("woken");
        }
    }
}
