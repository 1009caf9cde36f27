package io.millrace.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.producer.serialization.StringSerializer;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MillraceProducerTest {
    private static final String NOBODY = "127.0.0.1:1";

    private static Map<String, String> given(String... namesAndValues) {
        var given = new HashMap<>(Map.of("bootstrap.servers", NOBODY));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return given;
    }

    private static MillraceProducer<String, String> producer(String... namesAndValues) {
        return new MillraceProducer<>(given(namesAndValues), new StringSerializer(), new StringSerializer());
    }

    @Test
    void settingsThatCannotBeMetAreRefusedWithTheReason() {
        assertThatThrownBy(() -> producer("transactional.id", "t")).isInstanceOf(SettingException.class)
                .hasMessageContaining("transactions are not offered yet");
        assertThatThrownBy(() -> producer("enable.idempotence", "true", "acks", "1"))
                .isInstanceOf(SettingException.class).hasMessageContaining("acks=all");
        assertThatThrownBy(() -> producer("delivery.timeout.ms", "10")).isInstanceOf(SettingException.class)
                .hasMessageContaining("must be at least linger.ms and request.timeout.ms together, 30005");
        assertThatThrownBy(() -> new MillraceProducer<>(given())).isInstanceOf(SettingException.class)
                .hasMessageContaining("key.serializer is missing");
        assertThatThrownBy(() -> new MillraceProducer<>(given("key.serializer", "java.lang.String")))
                .isInstanceOf(SettingException.class).hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> producer("compression.type", "brotli")).isInstanceOf(SettingException.class);
    }

    @Test
    void idempotenceGivesWayToSettingsThatRuleItOut() {
        for (var setting : List.of("acks=1", "acks=0", "retries=0",
                "max.in.flight.requests.per.connection=6")) {
            var rules = ProducerSettings.rules(
                    Settings.parse(ProducerSettings.CATALOG, given(setting.split("="))));
            assertThat(rules.isIdempotent()).as(setting).isFalse();
        }
        assertThat(ProducerSettings.rules(Settings.parse(ProducerSettings.CATALOG, given())).isIdempotent())
                .isTrue();
    }

    @Test
    void defaultsAreKafkas() {
        var kafka = ProducerConfig.configDef();
        for (var setting : ProducerSettings.CATALOG.all()) {
            assertThat(kafka.names()).as("Kafka's names").contains(setting.name());
            if (setting.defaultValue() != null && !(setting.defaultValue() instanceof List<?>)) {
                assertThat(setting.defaultText()).as(setting.name())
                        .isEqualTo(String.valueOf(kafka.defaultValues().get(setting.name())));
            }
        }
    }

    @Test
    void recordsThatCannotBeHandedOverFailInTheirFutureAndCallback() {
        try (var producer = producer("max.block.ms", "100")) {
            var future = producer.send(new ProducerRecord<>("t", "v"));
            assertThatThrownBy(future::get).cause().isInstanceOf(ApiException.class)
                    .hasMessageContaining("topic t is not known after 100 ms");
            var seen = new HashMap<RecordMetadata, Exception>();
            producer.send(new ProducerRecord<>("t", "v"), seen::put);
            assertThat(seen.get(null)).isInstanceOf(ApiException.class);
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", "v"), null))
                    .isInstanceOf(ApiException.class);
            producer.flush();
        }
    }

    @Test
    void closedProducerTakesNothingAndClosingAgainIsNothing() {
        var producer = producer();
        producer.close(Duration.ZERO);
        producer.close();
        assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", "v")))
                .isInstanceOf(IllegalStateException.class);
    }
}
