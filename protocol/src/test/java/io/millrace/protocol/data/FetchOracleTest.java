package io.millrace.protocol.data;

import static io.millrace.protocol.data.KafkaData.text;
import static io.millrace.protocol.data.KafkaData.uuid;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.millrace.protocol.data.FetchedPartition.Redirect;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.junit.jupiter.api.Test;

/** Fetch in every version against the classes of kafka-clients. */
class FetchOracleTest {
    private final FetchRequestCursor cursor = new FetchRequestCursor();
    private final FetchResponseWriter writer = new FetchResponseWriter();
    private final GatherBuffer gather = new GatherBuffer();

    @Test
    void readsTheRequestThatKafkaWrites() {
        Rounds.eachVersion(ApiKey.FETCH, (version, random) -> {
            var request = randomRequest(version, random);
            cursor.wrap(KafkaData.write(request, version), version);
            assertThat(cursor.topicCount()).isEqualTo(request.topics().size());
            assertThat(cursor.partitionCount())
                    .isEqualTo(request.topics().stream().mapToInt(topic -> topic.partitions().size()).sum());
            assertThat(copy(version)).isEqualTo(request);
            cursor.rewind();
            assertThat(copy(version)).isEqualTo(request);
        });
    }

    @Test
    void writesTheResponseThatKafkaWritesWithoutCopyingRecords() {
        Rounds.eachVersion(ApiKey.FETCH, (version, random) -> {
            var head = new FetchHead(random.nextInt(), KafkaData.error(random), random.nextInt());
            var expected = new FetchResponseData().setThrottleTimeMs(head.throttleTimeMs());
            if (version >= 7) {
                expected.setErrorCode(head.errorCode().code()).setSessionId(head.sessionId());
            }
            var slices = new ArrayList<ByteBuf>();
            gather.begin(Unpooled.buffer());
            int topics = random.nextInt(4);
            writer.begin(gather, version, head, topics);
            for (int i = 0; i < topics; i++) {
                writeTopic(version, random, expected, slices);
            }
            var endpoints = ProduceOracleTest.randomEndpoints(random);
            writer.end(endpoints);
            for (var endpoint : version < 16 ? List.<NodeEndpoint>of() : endpoints) {
                expected.nodeEndpoints().add(new FetchResponseData.NodeEndpoint()
                        .setNodeId(endpoint.nodeId())
                        .setHost(endpoint.host())
                        .setPort(endpoint.port())
                        .setRack(endpoint.rack()));
            }
            long sizeBytes = gather.sizeBytes();
            var pieces = new ArrayList<ByteBuf>();
            gather.transferTo(pieces::add);
            assertThat(pieces).filteredOn(slices::contains).usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .containsExactlyElementsOf(slices);
            compare(version, expected, pieces, sizeBytes);
            assertThat(slices).allMatch(slice -> slice.refCnt() == 0);
        });
    }

    @Test
    void writesTheRequestThatKafkaWrites() {
        var requests = new FetchRequestWriter();
        Rounds.eachVersion(ApiKey.FETCH, (version, random) -> {
            var request = randomRequest(version, random);
            request.topics().forEach(topic -> topic.partitions()
                    .forEach(partition -> partition
                            .setReplicaDirectoryId(org.apache.kafka.common.Uuid.ZERO_UUID)));
            var sound = KafkaData.write(request, version);
            var out = Unpooled.buffer();
            cursor.wrap(sound.duplicate(), version);
            requests.begin(out, version, cursor.parameters(), cursor.topicCount());
            while (cursor.nextTopic()) {
                requests.topic(cursor.topicName(), cursor.topicId(), cursor.topicPartitionCount());
                while (cursor.nextPartition()) {
                    requests.partition(new FetchRequestWriter.Position(
                            cursor.partition(),
                            cursor.currentLeaderEpoch(),
                            cursor.fetchOffset(),
                            cursor.maxBytes(),
                            cursor.lastFetchedEpoch(),
                            cursor.logStartOffset(),
                            cursor.highWatermark()));
                }
            }
            requests.end(cursor.forgottenTopics());
            assertThat(ByteBufUtil.getBytes(out)).isEqualTo(ByteBufUtil.getBytes(sound));
        });
    }

    private static byte[] rewrite(FetchResponse response, int version) {
        var writer = new FetchResponseWriter();
        var gather = new GatherBuffer();
        gather.begin(Unpooled.buffer());
        writer.begin(gather, version, response.head(), response.topics().size());
        for (var topic : response.topics()) {
            writer.topic(topic.name(), topic.topicId(), topic.partitions().size());
            for (var partition : topic.partitions()) {
                partition.records().retain();
                writer.partition(partition);
            }
        }
        writer.end(response.endpoints());
        return KafkaData.gathered(gather);
    }

    private static void compare(int version, FetchResponseData expected, List<ByteBuf> pieces,
            long sizeBytes) {
        var message = Unpooled.buffer();
        for (var piece : pieces) {
            message.writeBytes(piece);
            piece.release();
        }
        assertThat((long) message.readableBytes()).isEqualTo(sizeBytes);
        var read = KafkaData.read(new FetchResponseData(), message.duplicate(), version);
        assertThat(read).isEqualTo(expected);
        assertThat(ByteBufUtil.getBytes(message))
                .isEqualTo(ByteBufUtil.getBytes(KafkaData.write(read, version)));
        assertThat(rewrite(FetchResponse.read(message.duplicate(), version), version))
                .isEqualTo(ByteBufUtil.getBytes(message));
    }

    private FetchRequestData copy(int version) {
        var head = cursor.parameters();
        var copy = new FetchRequestData()
                .setClusterId(head.clusterId())
                .setMaxWaitMs(head.maxWaitMs())
                .setMinBytes(head.minBytes())
                .setMaxBytes(head.maxBytes())
                .setIsolationLevel(head.isolationLevel())
                .setSessionId(head.sessionId())
                .setSessionEpoch(head.sessionEpoch())
                .setRackId(head.rackId());
        if (version < 15) {
            copy.setReplicaId(head.replicaId());
        } else {
            copy.replicaState().setReplicaId(head.replicaId()).setReplicaEpoch(head.replicaEpoch());
        }
        while (cursor.nextTopic()) {
            var topic = new FetchTopic().setTopicId(kafka(cursor.topicId()));
            if (!cursor.hasTopicIds()) {
                topic.setTopic(cursor.topicName());
            }
            while (cursor.nextPartition()) {
                topic.partitions().add(new FetchPartition()
                        .setPartition(cursor.partition())
                        .setCurrentLeaderEpoch(cursor.currentLeaderEpoch())
                        .setFetchOffset(cursor.fetchOffset())
                        .setLastFetchedEpoch(cursor.lastFetchedEpoch())
                        .setLogStartOffset(cursor.logStartOffset())
                        .setPartitionMaxBytes(cursor.maxBytes())
                        .setReplicaDirectoryId(kafka(cursor.replicaDirectoryId()))
                        .setHighWatermark(cursor.highWatermark()));
            }
            copy.topics().add(topic);
        }
        for (var forgotten : cursor.forgottenTopics()) {
            var topic = new FetchRequestData.ForgottenTopic().setTopicId(kafka(forgotten.topicId()));
            if (forgotten.topic() != null) {
                topic.setTopic(forgotten.topic());
            }
            for (int partition : forgotten.partitions()) {
                topic.partitions().add(partition);
            }
            copy.forgottenTopicsData().add(topic);
        }
        return copy;
    }

    /** Drawn in full, then cut to what the version carries by a pass through Kafka's own bytes. */
    static FetchRequestData randomRequest(int version, Random random) {
        var request = new FetchRequestData()
                .setMaxWaitMs(random.nextInt())
                .setMinBytes(random.nextInt())
                .setMaxBytes(random.nextInt())
                .setIsolationLevel((byte) random.nextInt(2))
                .setSessionId(random.nextInt())
                .setSessionEpoch(random.nextInt())
                .setRackId(random.nextBoolean() ? "" : text(random))
                .setClusterId(random.nextBoolean() ? null : text(random));
        if (version < 15) {
            request.setReplicaId(random.nextInt(5) - 1);
        } else {
            request.replicaState().setReplicaId(random.nextInt(5) - 1).setReplicaEpoch(random.nextInt(3) - 1);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            var topic = new FetchTopic().setTopic(text(random)).setTopicId(uuid(random));
            for (int j = random.nextInt(4); j > 0; j--) {
                topic.partitions().add(randomPartition(version, random));
            }
            request.topics().add(topic);
        }
        for (int i = version < 7 ? 0 : random.nextInt(3); i > 0; i--) {
            request.forgottenTopicsData().add(new FetchRequestData.ForgottenTopic()
                    .setTopic(text(random)).setTopicId(uuid(random))
                    .setPartitions(List.of(random.nextInt(), 7)));
        }
        return KafkaData.read(new FetchRequestData(), KafkaData.write(request, version), version);
    }

    private static FetchPartition randomPartition(int version, Random random) {
        return new FetchPartition()
                .setPartition(random.nextInt())
                .setCurrentLeaderEpoch(random.nextInt())
                .setFetchOffset(random.nextLong())
                .setLastFetchedEpoch(version < 12 ? -1 : random.nextInt())
                .setLogStartOffset(random.nextLong())
                .setPartitionMaxBytes(random.nextInt())
                .setReplicaDirectoryId(uuid(random))
                .setHighWatermark(random.nextBoolean() ? Long.MAX_VALUE : random.nextLong());
    }

    private void writeTopic(int version, Random random, FetchResponseData expected, List<ByteBuf> slices) {
        var name = text(random);
        var id = uuid(random);
        int partitions = random.nextInt(4);
        var topic = new FetchableTopicResponse();
        if (version < 13) {
            topic.setTopic(name);
        } else {
            topic.setTopicId(id);
        }
        writer.topic(name, KafkaData.ours(id), partitions);
        for (int i = 0; i < partitions; i++) {
            var answer = randomAnswer(random);
            topic.partitions().add(toKafka(answer, version));
            if (answer.records().isReadable()) {
                slices.add(answer.records());
            }
            writer.partition(answer);
        }
        expected.responses().add(topic);
    }

    private static FetchedPartition randomAnswer(Random random) {
        var diverging = random.nextBoolean() ? null
                : new EpochEndOffset(random.nextInt(9), random.nextLong());
        var leader = random.nextBoolean() ? null : new CurrentLeader(random.nextInt(9), random.nextInt());
        var redirect = random.nextBoolean() ? null : new Redirect(random.nextInt(4) - 1, diverging, leader);
        List<AbortedTransaction> aborted = random.nextBoolean() ? null : new ArrayList<>();
        for (int i = aborted == null ? 0 : random.nextInt(4); i > 0; i--) {
            aborted.add(new AbortedTransaction(random.nextLong(), random.nextLong()));
        }
        return new FetchedPartition(
                random.nextInt(),
                KafkaData.error(random),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                aborted,
                redirect,
                Unpooled.copiedBuffer(KafkaData.randomBytes(random)));
    }

    private static PartitionData toKafka(FetchedPartition answer, int version) {
        var kafka = new PartitionData()
                .setPartitionIndex(answer.partition())
                .setErrorCode(answer.errorCode().code())
                .setHighWatermark(answer.highWatermark())
                .setLastStableOffset(answer.lastStableOffset())
                .setLogStartOffset(version < 5 ? -1 : answer.logStartOffset())
                .setRecords(KafkaData.records(ByteBufUtil.getBytes(answer.records())));
        if (answer.abortedTransactions() == null) {
            kafka.setAbortedTransactions(null);
        } else {
            for (var aborted : answer.abortedTransactions()) {
                kafka.abortedTransactions().add(new FetchResponseData.AbortedTransaction()
                        .setProducerId(aborted.producerId()).setFirstOffset(aborted.firstOffset()));
            }
        }
        var redirect = answer.redirect();
        if (redirect != null && version >= 11) {
            kafka.setPreferredReadReplica(redirect.preferredReadReplica());
        }
        if (redirect != null && version >= 12 && redirect.divergingEpoch() != null) {
            kafka.divergingEpoch()
                    .setEpoch(redirect.divergingEpoch().epoch())
                    .setEndOffset(redirect.divergingEpoch().endOffset());
        }
        if (redirect != null && version >= 12 && redirect.currentLeader() != null) {
            kafka.currentLeader()
                    .setLeaderId(redirect.currentLeader().leaderId())
                    .setLeaderEpoch(redirect.currentLeader().leaderEpoch());
        }
        return kafka;
    }

    private static org.apache.kafka.common.Uuid kafka(io.millrace.protocol.wire.Uuid id) {
        return new org.apache.kafka.common.Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }
}
