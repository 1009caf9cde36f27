package io.millrace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture ADMIN = Architecture.of("io.millrace.admin",
            "operation", "cluster", "topic", "offset", "config", "group", "placement", "", "command.line",
            "command.group", "command.reassign", "command.record", "command.noun", "command");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(ADMIN.violations(Path.of("src/main/java"))).isEmpty();
    }
}
