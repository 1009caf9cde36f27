package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits on connections that change while the broker runs. */
class ConnectionLimitsIT {
    private static final ConfigResource BROKER = new ConfigResource(ConfigResource.Type.BROKER, "0");
    private static final ConfigResource ALL = new ConfigResource(ConfigResource.Type.BROKER, "");
    private static final int SOON_MS = 1_000;
    private static final int LIMIT_MS = 20_000;

    @TempDir private Path dataDir;
    private BrokerProcess broker;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(dataDir);
    }

    @AfterEach
    void stop() throws IOException {
        closeSockets();
        broker.close();
    }

    @Test
    void aCapOnAnAddressHoldsAtOnceAndAfterARestart() throws IOException {
        alter(ALL, "max.connections.per.ip", "3");
        assertThat(answered(10, SOON_MS)).isEqualTo(3);
        closeSockets();

        alter(BROKER, "max.connections.per.ip.overrides", "localhost:6");
        assertThat(answered(10, SOON_MS)).isEqualTo(6);
        closeSockets();

        broker.stop();
        broker.start();
        assertThat(answered(10, SOON_MS)).isEqualTo(6);
        closeSockets();

        alter(BROKER, "max.connections.per.ip.overrides", null);
        alter(ALL, "max.connections.per.ip", null);
        assertThat(answered(10, LIMIT_MS)).isEqualTo(10);
    }

    @Test
    void connectionsBeyondTheCapWaitUntilOthersClose() throws IOException {
        alter(BROKER, "max.connections", "4");
        assertThat(answered(8, SOON_MS)).isEqualTo(4);
        for (var first : sockets.subList(0, 4)) {
            first.close();
        }
        for (var waiting : sockets.subList(4, 8)) {
            assertThat(isAnswered(waiting, LIMIT_MS)).isTrue();
        }
        closeSockets();

        alter(BROKER, "max.connections", null);
        alter(BROKER, "listener.name.plaintext.max.connections", "5");
        assertThat(answered(8, SOON_MS)).isEqualTo(5);
    }

    @Test
    void connectionsBeyondTheRateWait() throws IOException {
        alter(ALL, "max.connection.creation.rate", "5");
        alter(BROKER, "listener.name.plaintext.max.connection.creation.rate", "1000");
        long beganNs = System.nanoTime();
        assertThat(answered(20, LIMIT_MS)).isEqualTo(20);
        assertThat((System.nanoTime() - beganNs) / 1e9)
                .as("seconds for 20 connections at 5 a second, 5 at once")
                .isBetween(2.0, 6.0);
    }

    @Test
    void brokersListenerTakesThePlaceOfTheClientThatIsIdleForLongest() throws IOException {
        broker.close();
        int forClients = FreePort.choose();
        int forBrokers = FreePort.choose();
        broker = BrokerProcess.start(dataDir,
                "listeners=PLAINTEXT://127.0.0.1:" + forClients + ",REPLICATION://127.0.0.1:" + forBrokers,
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,REPLICATION:PLAINTEXT",
                "inter.broker.listener.name=REPLICATION", "max.connections=2");
        assertThat(answered(forClients, 1, LIMIT_MS)).isEqualTo(1);
        assertThat(answered(forClients, 2, SOON_MS)).isEqualTo(2);
        var longestIdle = sockets.get(0);
        try (var ofBroker = new Socket(InetAddress.getLoopbackAddress(), forBrokers)) {
            ofBroker.getOutputStream().write(apiVersionsRequest());
            assertThat(isAnswered(ofBroker, LIMIT_MS)).isTrue();
            longestIdle.setSoTimeout(LIMIT_MS);
            assertThat(longestIdle.getInputStream().readAllBytes()).as("what was left before the end")
                    .isNotNull();
        }
    }

    /** How many of these fresh connections get an answer, each within this time. */
    private int answered(int count, int limitMs) throws IOException {
        return answered(broker.port(), count, limitMs);
    }

    private int answered(int port, int count, int limitMs) throws IOException {
        for (int i = 0; i < count; i++) {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.getOutputStream().write(apiVersionsRequest());
        }
        int answered = 0;
        for (var socket : sockets) {
            answered += isAnswered(socket, limitMs) ? 1 : 0;
        }
        return answered;
    }

    private static byte[] apiVersionsRequest() {
        return ByteBuffer.allocate(14).putInt(10).putShort((short) 18).putShort((short) 0).putInt(1)
                .putShort((short) -1).array();
    }

    private static boolean isAnswered(Socket socket, int limitMs) {
        try {
            socket.setSoTimeout(limitMs);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return false; // closed with the request unread
        }
    }

    private void closeSockets() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Changes a config, or removes it, and waits until the broker says so; a null value removes it. */
    private void alter(ConfigResource resource, String name, String value) {
        var operation = value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET;
        try (var admin = new JavaClients(broker.bootstrap()).admin()) {
            JavaClients.get(admin.incrementalAlterConfigs(
                    Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), operation))))
                    .all());
            var described = JavaClients.get(admin.describeConfigs(List.of(resource)).all()).get(resource)
                    .get(name);
            if (value != null) {
                assertThat(described.value()).isEqualTo(value);
                assertThat(described.isReadOnly()).isFalse();
            }
        }
    }
}
