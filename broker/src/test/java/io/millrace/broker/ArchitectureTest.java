package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.architecture.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final Architecture BROKER = Architecture.of("io.millrace.broker",
            "diagnostic",
            "log.setting", "log.file", "log.disk", "log.region", "log.segment", "log.producer",
            "log.recovery", "log.cleaner",
            "log",
            "metadata", "zookeeper", "security", "partition.watch", "partition", "partition.fetcher",
            "partition.move",
            "coordinator.group.journal", "coordinator.group.membership", "coordinator.group",
            "coordinator.transaction", "coordinator.share",
            "controller.decision", "controller.topic", "controller.replica", "controller",
            "peer",
            "request", "request.cluster", "request.topic", "request.data", "request.group",
            "request.transaction",
            "request.config", "request.security",
            "server.setting", "server.socket", "server", "tool")
            .confine("org\\.apache\\.(curator|zookeeper)\\.", "zookeeper")
            .confine("net\\.openhft\\.", "log.disk", "log.region");

    @Test
    void importsGoDownwardAndTheHouseRulesHold() {
        assertThat(BROKER.violations(Path.of("src/main/java"))).isEmpty();
    }
}
