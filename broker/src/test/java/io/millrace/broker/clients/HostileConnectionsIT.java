package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileConnectionsIT {
    private static final int IDLE_CONNECTIONS = 2_000;
    private static final int SLOW_SENDERS = 200;
    private static final int ANNOUNCED_BYTES = 100_000_000;
    private static final int UNREAD_FETCHES = 500;
    private static final int SECONDS = 15;
    private static final long RESIDENT_LIMIT_BYTES = 512L << 20;
    private static final int RECORD_BYTES = 10_000;
    private static final int RECORDS = 4_000;
    private static final String TOPIC = "big";

    private final List<SocketChannel> connections = new ArrayList<>();

    @AfterEach
    void closeConnections() throws IOException {
        for (var connection : connections) {
            connection.close();
        }
    }

    @Test
    void brokerStaysSmallAndServesOthers(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic(TOPIC, 1);
            produce(clients, TOPIC, RECORDS, RECORD_BYTES);

            for (int i = 0; i < IDLE_CONNECTIONS; i++) {
                connect(broker);
            }
            var slow = new ArrayList<SocketChannel>();
            for (int i = 0; i < SLOW_SENDERS; i++) {
                slow.add(connect(broker));
                slow.get(i).write(ByteBuffer.allocate(4).putInt(ANNOUNCED_BYTES).flip());
            }
            fetchWithoutReading(connect(broker));

            long mostBytes = 0;
            for (int second = 0; second < SECONDS; second++) {
                var nextSecond = Deadline.in(Duration.ofSeconds(1));
                for (var sender : slow) {
                    sender.write(ByteBuffer.allocate(1));
                }
                roundTrip(clients, "other-" + second);
                nextSecond.await("the next second", nextSecond::passed);
                mostBytes = Math.max(mostBytes, broker.residentBytes());
                assertThat(mostBytes).as("resident bytes after %d s", second)
                        .isLessThan(RESIDENT_LIMIT_BYTES);
            }
            System.out.printf("%d idle, %d slow, 1 that never reads: at most %d MB resident%n",
                    IDLE_CONNECTIONS,
                    SLOW_SENDERS, mostBytes >> 20);
        }
    }

    private SocketChannel connect(BrokerProcess broker) throws IOException {
        var connection = SocketChannel
                .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port()));
        connections.add(connection);
        return connection;
    }

    /** Asks for everything, again and again, as far as the broker takes requests, and never reads an answer. */
    private static void fetchWithoutReading(SocketChannel connection) throws IOException {
        connection.configureBlocking(false);
        for (int i = 0; i < UNREAD_FETCHES; i++) {
            if (connection.write(fetchRequest(i)) == 0) {
                return;
            }
        }
    }

    private static ByteBuffer fetchRequest(int correlationId) {
        short version = 11;
        var wanted = new FetchRequest.PartitionData(Uuid.ZERO_UUID, 0, 0, 50_000_000, Optional.empty());
        var request = FetchRequest.Builder
                .forConsumer(version, 500, 1, Map.of(new TopicPartition(TOPIC, 0), wanted)).build(version);
        var header = new RequestHeader(ApiKeys.FETCH, version, "never-reads", correlationId);
        var bytes = request.serializeWithHeader(header);
        return ByteBuffer.allocate(4 + bytes.remaining()).putInt(bytes.remaining()).put(bytes).flip();
    }

    private static void roundTrip(JavaClients clients, String topic) {
        produce(clients, topic, 100, 100);
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(JavaClients.poll(consumer, 100)).hasSize(100);
        }
    }

    private static void produce(JavaClients clients, String topic, int records, int recordBytes) {
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, "x".repeat(recordBytes)));
            }
        }
    }
}
