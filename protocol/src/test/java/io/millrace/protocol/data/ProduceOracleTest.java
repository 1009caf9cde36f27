package io.millrace.protocol.data;

import static io.millrace.protocol.data.KafkaData.text;
import static io.millrace.protocol.data.KafkaData.uuid;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.data.ProducedPartition.Failure;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.junit.jupiter.api.Test;

/** Produce in every version against the classes of kafka-clients. */
class ProduceOracleTest {
    private final ProduceRequestCursor cursor = new ProduceRequestCursor();
    private final ProduceResponseWriter writer = new ProduceResponseWriter();

    @Test
    void readsTheRequestThatKafkaWrites() {
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var request = randomRequest(version, random);
            var frame = Unpooled.buffer().writeLong(0).skipBytes(8)
                    .writeBytes(KafkaData.write(request, version));
            cursor.wrap(frame, version);
            assertThat(cursor.topicCount()).isEqualTo(request.topicData().size());
            assertThat(cursor.partitionCount())
                    .isEqualTo(request.topicData().stream().mapToInt(topic -> topic.partitionData().size())
                            .sum());
            assertThat(copy(version)).isEqualTo(request);
            cursor.rewind();
            assertThat(copy(version)).isEqualTo(request);
        });
    }

    @Test
    void walksPastPartitionsThatNobodyReads() {
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var request = randomRequest(version, random);
            cursor.wrap(KafkaData.write(request, version), version);
            for (var topic : request.topicData()) {
                assertThat(cursor.nextTopic()).isTrue();
                assertThat(cursor.topicPartitionCount()).isEqualTo(topic.partitionData().size());
                for (int i = random.nextInt(3); i > 0; i--) {
                    cursor.nextPartition();
                }
            }
            assertThat(cursor.nextTopic()).isFalse();
        });
    }

    @Test
    void writesTheResponseThatKafkaWrites() {
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var expected = new ProduceResponseData().setThrottleTimeMs(random.nextInt());
            var out = Unpooled.buffer();
            int topics = random.nextInt(3);
            writer.begin(out, version, topics);
            for (int i = 0; i < topics; i++) {
                writeTopic(version, random, expected);
            }
            var endpoints = randomEndpoints(random);
            writer.end(expected.throttleTimeMs(), endpoints);
            var read = KafkaData.read(new ProduceResponseData(), out.duplicate(), version);
            for (var endpoint : version < 10 ? List.<NodeEndpoint>of() : endpoints) {
                expected.nodeEndpoints().add(new ProduceResponseData.NodeEndpoint()
                        .setNodeId(endpoint.nodeId())
                        .setHost(endpoint.host())
                        .setPort(endpoint.port())
                        .setRack(endpoint.rack()));
            }
            assertThat(read).isEqualTo(expected);
            assertThat(ByteBufUtil.getBytes(out))
                    .isEqualTo(ByteBufUtil.getBytes(KafkaData.write(read, version)));
            assertThat(ByteBufUtil.getBytes(rewrite(ProduceResponse.read(out.duplicate(), version), version)))
                    .isEqualTo(ByteBufUtil.getBytes(out));
        });
    }

    @Test
    void writesTheRequestThatKafkaWrites() {
        var requests = new ProduceRequestWriter();
        var gather = new GatherBuffer();
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var request = randomRequest(version, random);
            gather.begin(Unpooled.buffer());
            requests.begin(gather, version, request.transactionalId(), request.acks(), request.timeoutMs(),
                    request.topicData().size());
            for (var topic : request.topicData()) {
                requests.topic(topic.name(), KafkaData.ours(topic.topicId()), topic.partitionData().size());
                for (var partition : topic.partitionData()) {
                    var records = partition.records() == null
                            ? new byte[0]
                            : KafkaData.bytesOf(partition.records());
                    partition.setRecords(KafkaData.records(records));
                    requests.partition(partition.index(), Unpooled.copiedBuffer(records));
                }
            }
            requests.end();
            assertThat(KafkaData.gathered(gather))
                    .isEqualTo(ByteBufUtil.getBytes(KafkaData.write(request, version)));
        });
    }

    private ByteBuf rewrite(ProduceResponse response, int version) {
        var out = Unpooled.buffer();
        writer.begin(out, version, response.topics().size());
        for (var topic : response.topics()) {
            writer.topic(topic.name(), topic.topicId(), topic.partitions().size());
            topic.partitions().forEach(writer::partition);
        }
        writer.end(response.throttleTimeMs(), response.endpoints());
        return out;
    }

    private ProduceRequestData copy(int version) {
        var copy = new ProduceRequestData()
                .setTransactionalId(cursor.transactionalId())
                .setAcks(cursor.acks())
                .setTimeoutMs(cursor.timeoutMs());
        while (cursor.nextTopic()) {
            var id = cursor.topicId();
            var topic = new TopicProduceData()
                    .setTopicId(new org.apache.kafka.common.Uuid(id.mostSignificantBits(),
                            id.leastSignificantBits()));
            assertThat(cursor.topicName() == null).isEqualTo(version >= 13);
            if (version < 13) {
                topic.setName(cursor.topicName());
            }
            while (cursor.nextPartition()) {
                ByteBuf records = cursor.records();
                assertThat(cursor.recordsSizeBytes())
                        .isEqualTo(records == null ? 0 : records.readableBytes());
                topic.partitionData().add(new PartitionProduceData()
                        .setIndex(cursor.partition())
                        .setRecords(
                                records == null ? null : KafkaData.records(ByteBufUtil.getBytes(records))));
            }
            copy.topicData().add(topic);
        }
        return copy;
    }

    static ProduceRequestData randomRequest(int version, Random random) {
        var request = new ProduceRequestData()
                .setTransactionalId(random.nextBoolean() ? null : text(random))
                .setAcks((short) random.nextInt())
                .setTimeoutMs(random.nextInt());
        for (int i = random.nextInt(4); i > 0; i--) {
            var topic = new TopicProduceData();
            if (version < 13) {
                topic.setName(text(random));
            } else {
                topic.setTopicId(uuid(random));
            }
            for (int j = random.nextInt(4); j > 0; j--) {
                topic.partitionData().add(new PartitionProduceData()
                        .setIndex(random.nextInt())
                        .setRecords(random.nextInt(5) == 0 ? null
                                : KafkaData.records(KafkaData.randomBytes(random))));
            }
            request.topicData().add(topic);
        }
        return request;
    }

    private void writeTopic(int version, Random random, ProduceResponseData expected) {
        var name = text(random);
        var id = uuid(random);
        int partitions = random.nextInt(4);
        var topic = new TopicProduceResponse();
        if (version < 13) {
            topic.setName(name);
        } else {
            topic.setTopicId(id);
        }
        writer.topic(name, KafkaData.ours(id), partitions);
        for (int i = 0; i < partitions; i++) {
            var answer = randomAnswer(random);
            writer.partition(answer);
            topic.partitionResponses().add(toKafka(answer, version));
        }
        expected.responses().add(topic);
    }

    private static ProducedPartition randomAnswer(Random random) {
        if (random.nextBoolean()) {
            return ProducedPartition.appended(random.nextInt(), random.nextLong(), random.nextLong(),
                    random.nextLong());
        }
        var errors = new ArrayList<ProducedPartition.RecordError>();
        for (int i = random.nextInt(3); i > 0; i--) {
            errors.add(new ProducedPartition.RecordError(random.nextInt(),
                    random.nextBoolean() ? null : text(random)));
        }
        var leader = random.nextBoolean() ? null : new CurrentLeader(random.nextInt(), random.nextInt());
        var failure = new Failure(errors, random.nextBoolean() ? null : text(random), leader);
        return ProducedPartition.failed(random.nextInt(), KafkaData.error(random), failure);
    }

    private static PartitionProduceResponse toKafka(ProducedPartition answer, int version) {
        var kafka = new PartitionProduceResponse()
                .setIndex(answer.partition())
                .setErrorCode(answer.errorCode().code())
                .setBaseOffset(answer.baseOffset())
                .setLogAppendTimeMs(answer.logAppendTimeMs())
                .setLogStartOffset(version < 5 ? -1 : answer.logStartOffset());
        var failure = answer.failure();
        if (failure != null && version >= 8) {
            kafka.setErrorMessage(failure.message());
            for (var error : failure.recordErrors()) {
                kafka.recordErrors().add(new BatchIndexAndErrorMessage()
                        .setBatchIndex(error.batchIndex())
                        .setBatchIndexErrorMessage(error.message()));
            }
        }
        if (failure != null && failure.currentLeader() != null && version >= 10) {
            kafka.setCurrentLeader(new LeaderIdAndEpoch()
                    .setLeaderId(failure.currentLeader().leaderId())
                    .setLeaderEpoch(failure.currentLeader().leaderEpoch()));
        }
        return kafka;
    }

    static List<NodeEndpoint> randomEndpoints(Random random) {
        var endpoints = new ArrayList<NodeEndpoint>();
        for (int i = random.nextInt(3); i > 0; i--) {
            var rack = random.nextBoolean() ? null : text(random);
            endpoints.add(new NodeEndpoint(random.nextInt(), text(random), random.nextInt(), rack));
        }
        return endpoints;
    }
}
