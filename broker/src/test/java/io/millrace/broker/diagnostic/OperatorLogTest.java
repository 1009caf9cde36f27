package io.millrace.broker.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperatorLogTest {
    @Test
    void replacesReferencesToSystemProperties() {
        var version = System.getProperty("java.version");
        assertThat(OperatorLog.expand("a-${java.version}-b/${java.version}"))
                .isEqualTo("a-" + version + "-b/" + version);
    }

    @Test
    void leavesPlainUnknownAndBrokenReferencesAlone() {
        assertThat(OperatorLog.expand("plain } text")).isEqualTo("plain } text");
        assertThat(OperatorLog.expand("${no.such.property}/x")).isEqualTo("${no.such.property}/x");
        assertThat(OperatorLog.expand("open ${java.version")).isEqualTo("open ${java.version");
        assertThat(OperatorLog.expand(null)).isNull();
    }
}
