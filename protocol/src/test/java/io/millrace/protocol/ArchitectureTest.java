package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture PROTOCOL = Architecture.of("io.millrace.protocol",
            "setting", "wire", "record", "codec",
            "message.cluster", "message.topic", "message.data", "message.group", "message.transaction",
            "message.config", "message.security",
            "data", "transport", "cluster", "client.setting", "client")
            .confine("net\\.openhft\\.")
            .confine("org\\.agrona\\.(?!collections\\.)");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(PROTOCOL.violations(Path.of("src/main/java"))).isEmpty();
    }
}
