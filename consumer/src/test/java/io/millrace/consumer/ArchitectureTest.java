package io.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture CONSUMER = Architecture.of("io.millrace.consumer",
            "serialization", "position", "fetch", "assignor", "group", "poll", "handling", "");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(CONSUMER.violations(Path.of("src/main/java"))).isEmpty();
    }
}
