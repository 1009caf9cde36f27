package io.millrace.broker.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.protocol.setting.Settings;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Caps on connections where brokers have a listener of their own, and where they share one with clients. */
class ConnectionLimitsTest {
    private static final String TWO_LISTENERS = "PLAINTEXT://:9092,REPLICATION://:9093";

    private final ConnectionLimits limits = new ConnectionLimits();
    private final long nowNs = System.nanoTime();

    private void change(String listeners, String interBroker, String... more) {
        var given = new HashMap<>(Map.of("listeners", listeners, "inter.broker.listener.name", interBroker,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,REPLICATION:PLAINTEXT"));
        for (int i = 0; i < more.length; i += 2) {
            given.put(more[i], more[i + 1]);
        }
        limits.change(Settings.parse(BrokerSettings.CATALOG, given));
    }

    private void open(String listener, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(limits.admit(listener, InetAddress.getLoopbackAddress(), nowNs)).isNull();
        }
    }

    private boolean waits(String listener) {
        return limits.waitNs(listener, nowNs) > 0;
    }

    @Test
    void brokersAreLetInPastTheBrokersCapButNotPastThatOfTheirListener() {
        change(TWO_LISTENERS, "REPLICATION", "max.connections", "3",
                "listener.name.replication.max.connections", "2");
        open("PLAINTEXT", 3);
        assertThat(waits("PLAINTEXT")).isTrue();
        assertThat(waits("REPLICATION")).isFalse();
        assertThat(limits.isExceeded()).isFalse();
        open("REPLICATION", 1);
        assertThat(limits.isExceeded()).isTrue();
        open("REPLICATION", 1);
        assertThat(waits("REPLICATION")).isTrue();
        limits.closed("PLAINTEXT", InetAddress.getLoopbackAddress());
        assertThat(waits("PLAINTEXT")).as("the brokers count too").isTrue();
    }

    @Test
    void brokersAreOutsideTheBrokersRate() {
        change(TWO_LISTENERS, "REPLICATION", "max.connection.creation.rate", "2");
        open("REPLICATION", 10);
        assertThat(waits("PLAINTEXT")).isFalse();
        open("PLAINTEXT", 2);
        assertThat(waits("PLAINTEXT")).isTrue();
        assertThat(waits("REPLICATION")).isFalse();
    }

    @Test
    void listenerThatBrokersShareWithClientsIsNotExempt() {
        change("PLAINTEXT://:9092", "PLAINTEXT", "max.connections", "1");
        open("PLAINTEXT", 1);
        assertThat(waits("PLAINTEXT")).isTrue();
        assertThat(limits.isExempt("PLAINTEXT")).isFalse();
    }
}
