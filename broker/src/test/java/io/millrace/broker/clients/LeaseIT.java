package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.client.Answer;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.data.ProduceRequestWriter;
import io.millrace.protocol.data.ProduceResponse;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers that lose touch with ZooKeeper, all of them or one. Each test leaves all running. */
class LeaseIT {
    private static final String TOPIC = "leased";
    private static final int PRODUCE_VERSION = 9;
    private static final short LEADER_ONLY = 1;
    private static final long LATEST = -1;
    private static final int PATIENCE_MS = 60_000;

    @TempDir static Path folder;
    private static ClusterProcesses cluster;
    private static JavaClients clients;

    @BeforeAll
    static void start() throws IOException {
        cluster = new ClusterProcesses(folder, 3, "zookeeper.session.timeout.ms=3000");
        cluster.await(1, "all brokers", all -> all.brokers().size() == 3);
        clients = new JavaClients(cluster.bootstrap());
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 3))).all());
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Metadata.Response.Partition partition(Metadata.Response metadata) {
        return metadata.topics().stream().filter(topic -> topic.name().equals(TOPIC)).findFirst()
                .orElseThrow()
                .partitions().get(0);
    }

    private static ByteBuf produceRequest(Connection connection) {
        var batch = Unpooled.wrappedBuffer(MemoryRecords.withRecords(Compression.NONE,
                new SimpleRecord(JavaClients.utf8("doomed"))).buffer());
        var body = new GatherBuffer();
        body.begin(connection.beginRaw(ApiKey.PRODUCE, PRODUCE_VERSION));
        var writer = new ProduceRequestWriter();
        writer.begin(body, PRODUCE_VERSION, null, LEADER_ONLY, PATIENCE_MS, 1);
        writer.topic(TOPIC, Uuid.ZERO, 1);
        writer.partition(0, batch);
        writer.end();
        var frame = Unpooled.buffer();
        body.transferTo(piece -> {
            frame.writeBytes(piece);
            piece.release();
        });
        return frame;
    }

    private static CompletableFuture<ErrorCode> produce(Connection connection) {
        var outcome = new CompletableFuture<ErrorCode>();
        connection.loop().execute(() -> connection.sendRaw(ApiKey.PRODUCE, PRODUCE_VERSION,
                produceRequest(connection), PATIENCE_MS, new Answer() {
                    @Override
                    public void onAnswer(ByteBuf body) {
                        outcome.complete(ProduceResponse.read(body, PRODUCE_VERSION).topics().get(0)
                                .partitions().get(0).errorCode());
                        body.release();
                    }

                    @Override
                    public void onFailure(RuntimeException failure) {
                        outcome.completeExceptionally(failure);
                    }
                }));
        return outcome;
    }

    private static CompletableFuture<ErrorCode> latest(Connection connection) {
        var request = new ListOffsets.Request(-1, (byte) 0, List.of(new ListOffsets.Request.Topic(TOPIC,
                List.of(new ListOffsets.Request.Partition(0, -1, LATEST)))), 0);
        return connection.send(request, PATIENCE_MS)
                .thenApply(answer -> answer.topics().get(0).partitions().get(0).errorCode());
    }

    private static ErrorCode get(CompletableFuture<ErrorCode> outcome) {
        return outcome.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).join();
    }

    private static void assertProduces() {
        try (var producer = clients.producer(Map.of("acks", "all"))) {
            assertThat(producer.send(new ProducerRecord<>(TOPIC, 0, null, "kept")))
                    .succeedsWithin(Duration.ofMillis(PATIENCE_MS));
        }
    }

    @Test
    void brokersWithoutZooKeeperRefuseClientsUntilItIsBack() {
        var connection = cluster.connect(partition(cluster.metadata(1)).leaderId());
        cluster.zookeeper().signal("STOP");
        try {
            assertThat(get(produce(connection))).as("soon after").isEqualTo(ErrorCode.NONE);
            Deadline.in(Duration.ofMillis(PATIENCE_MS)).await("appends to be refused",
                    () -> get(produce(connection)) == ErrorCode.NOT_LEADER_OR_FOLLOWER);
            assertThat(get(latest(connection))).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        } finally {
            cluster.zookeeper().signal("CONT");
        }
        assertProduces();
        connection.close();
        for (int id : cluster.ids()) {
            assertThat(cluster.broker(id).isAlive()).isTrue();
            cluster.await(id, "all brokers to be back", all -> all.brokers().size() == 3);
        }
    }

    @Test
    void leaderThatWakesAfterItsSessionNeitherAppendsNorKnowsTheLatestOffset() {
        assertProduces();
        int sleeper = partition(cluster.metadata(1)).leaderId();
        int witness = sleeper % 3 + 1;
        var connection = cluster.connect(sleeper);
        assertThat(get(latest(connection))).isEqualTo(ErrorCode.NONE);
        cluster.broker(sleeper).pause();
        CompletableFuture<ErrorCode> appended;
        CompletableFuture<ErrorCode> listed;
        try {
            cluster.await(witness, "another leader", all -> {
                int leader = partition(all).leaderId();
                return leader >= 0 && leader != sleeper;
            });
            assertProduces();
            appended = produce(connection);
            listed = latest(connection);
            assertThat(appended).isNotDone();
        } finally {
            cluster.broker(sleeper).resume();
        }
        assertThat(get(appended)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(get(listed)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        connection.close();
        cluster.await(witness, "the sleeper to be in sync again",
                all -> all.brokers().size() == 3 && partition(all).isrNodes().size() == 3);
        assertThat(cluster.broker(sleeper).isAlive()).isTrue();
    }
}
