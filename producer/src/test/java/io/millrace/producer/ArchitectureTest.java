package io.millrace.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture PRODUCER = Architecture.of("io.millrace.producer",
            "serialization", "batch", "send", "transaction", "");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(PRODUCER.violations(Path.of("src/main/java"))).isEmpty();
    }
}
