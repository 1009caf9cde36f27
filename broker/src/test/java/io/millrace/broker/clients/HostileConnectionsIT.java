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
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ProduceRequest;
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
    private static final int LARGE_SENDERS = 200;
    private static final int LARGE_FRAME_BYTES = 2 << 20;
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

    @Test
    void manyLargeRequestsAtOnceShareTheMemory(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir, "message.max.bytes=3000000")) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic(TOPIC, 1);
            var frame = produceRequest(new byte[LARGE_FRAME_BYTES]);
            var floods = new ArrayList<Flood>();
            for (int i = 0; i < LARGE_SENDERS; i++) {
                var connection = connect(broker);
                connection.configureBlocking(false);
                floods.add(new Flood(connection, frame.duplicate()));
            }
            long mostBytes = 0;
            long sentBytes = 0;
            for (int second = 0; second < SECONDS; second++) {
                var nextSecond = Deadline.in(Duration.ofSeconds(1));
                while (!nextSecond.passed()) {
                    for (var flood : floods) {
                        sentBytes += flood.send();
                    }
                }
                roundTrip(clients, "beside-" + second);
                mostBytes = Math.max(mostBytes, broker.residentBytes());
                assertThat(mostBytes).as("resident bytes after %d s", second)
                        .isLessThan(RESIDENT_LIMIT_BYTES);
            }
            System.out.printf("%d senders of 2 MB requests, %d MB sent: at most %d MB resident%n",
                    LARGE_SENDERS,
                    sentBytes >> 20, mostBytes >> 20);
            assertThat(sentBytes).as("bytes sent").isGreaterThan(4L * LARGE_SENDERS * LARGE_FRAME_BYTES / 10);
        }
    }

    /** A connection that sends the same request again and again and never reads. */
    private record Flood(SocketChannel connection, ByteBuffer request) {
        int send() throws IOException {
            if (!request.hasRemaining()) {
                request.rewind();
            }
            return connection.write(request);
        }
    }

    private static ByteBuffer produceRequest(byte[] value) {
        short version = 9;
        var records = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(value));
        var data = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1000);
        data.topicData().add(new ProduceRequestData.TopicProduceData().setName(TOPIC).setPartitionData(
                List.of(new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records))));
        var bytes = new ProduceRequest(data, version)
                .serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, version, "flood", 1));
        return ByteBuffer.allocateDirect(4 + bytes.remaining()).putInt(bytes.remaining()).put(bytes).flip();
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
