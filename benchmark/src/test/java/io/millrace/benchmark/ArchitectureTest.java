package io.millrace.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture BENCHMARK = Architecture.of("io.millrace.benchmark",
            "workload", "driver", "load", "report", "control", "compare", "append", "micro");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(BENCHMARK.violations(Path.of("src/main/java"))).isEmpty();
    }
}
