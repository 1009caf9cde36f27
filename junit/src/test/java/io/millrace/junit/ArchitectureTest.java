package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture JUNIT = Architecture.of("io.millrace.junit", "");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(JUNIT.violations(Path.of("src/main/java"))).isEmpty();
    }
}
