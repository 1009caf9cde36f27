package io.millrace.broker.controller.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.TestSettings;
import io.millrace.broker.controller.replica.BrokerChange;
import io.millrace.broker.controller.topic.AutoCreation;
import io.millrace.broker.controller.topic.ConfigChange;
import io.millrace.broker.controller.topic.InternalTopic;
import io.millrace.broker.controller.topic.PartitionGrowth;
import io.millrace.broker.controller.topic.ReplicaPlacement;
import io.millrace.broker.controller.topic.TopicConfigs;
import io.millrace.broker.controller.topic.TopicCreation;
import io.millrace.broker.controller.topic.TopicDeletion;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterConfigsResource;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterableConfig;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableReplicaAssignment;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopicConfig;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics.Request.DeleteTopicState;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Error codes are those that Kafka 4.4 answers to the same requests. */
class DecisionTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;
    private DecisionContext context = contextOf(1, 2, 3);

    private static BrokerRegistration broker(int id, long epoch, String rack) {
        return new BrokerRegistration(id, epoch, new Uuid(id, epoch), List.of(), rack, -1);
    }

    private static DecisionContext contextOf(int... brokers) {
        var records = IntStream.of(brokers)
                .<MetadataRecord>mapToObj(id -> new MetadataRecord.BrokerJoined(broker(id, 1, null)))
                .toList();
        var image = ImageBuilder.fold(ClusterImage.empty("cluster"), records, 1);
        return new DecisionContext(image, TestSettings.ALL, bound -> 0, Uuid::random);
    }

    private <R> R apply(Decision<R> decision) {
        context = context.after(decision.records());
        return decision.response();
    }

    private ErrorCode create(CreatableTopic topic) {
        return apply(TopicCreation.decide(context, new CreateTopics.Request(List.of(topic), 0, false)))
                .topics().get(0)
                .errorCode();
    }

    private static CreatableTopic topic(String name, int partitions, int replicationFactor,
            String... config) {
        var configs = config.length == 0
                ? List.<CreatableTopicConfig>of()
                : List.of(new CreatableTopicConfig(config[0], config[1]));
        return new CreatableTopic(name, partitions, (short) replicationFactor, List.of(), configs);
    }

    @SafeVarargs
    private static CreatableTopic assigned(List<Integer>... replicas) {
        var assignments = IntStream.range(0, replicas.length)
                .mapToObj(i -> new CreatableReplicaAssignment(i, replicas[i])).toList();
        return new CreatableTopic("assigned", -1, (short) -1, assignments, List.of());
    }

    @Test
    void creationErrorsAreKafkas() {
        assertThat(create(topic("a.b", 1, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(create(topic("a.b", 1, 1))).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(create(topic("a_b", 1, 1))).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        for (var name : List.of("", ".", "..", "a b", "ä", "x".repeat(250))) {
            assertThat(create(topic(name, 1, 1))).as(name).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        assertThat(create(topic("x".repeat(249), 1, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(create(topic("t", 0, 1))).isEqualTo(ErrorCode.INVALID_PARTITIONS);
        assertThat(create(topic("t", -2, 1))).isEqualTo(ErrorCode.INVALID_PARTITIONS);
        assertThat(create(topic("t", 1, 0))).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
        assertThat(create(topic("t", 1, 4))).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
        assertThat(create(topic("t", 1, 1, "retention.msx", "1"))).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(create(topic("t", 1, 1, "retention.ms", "soon"))).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(create(topic("t", 1, 1, "retention.ms", null))).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(context.image().topic("t")).isNull();
    }

    @Test
    void assignmentErrorsAreKafkas() {
        assertThat(create(assigned(List.of(1, 1)))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(create(assigned(List.of(1, 2), List.of(1))))
                .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(create(assigned(List.of(9)))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(create(assigned(List.of()))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        var gap = List.of(new CreatableReplicaAssignment(1, List.of(1)));
        assertThat(create(new CreatableTopic("t", -1, (short) -1, gap, List.of())))
                .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(create(new CreatableTopic("t", 1, (short) -1, gap, List.of())))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(create(assigned(List.of(2, 3), List.of(3, 1)))).isEqualTo(ErrorCode.NONE);
        assertThat(context.image().partition("assigned", 1)).isEqualTo(
                new PartitionImage(1, List.of(3, 1), List.of(3, 1), 3, 0, 0));
    }

    @Test
    void creationAnswersDefaultsAndAllEffectiveConfigs() {
        var request = new CreateTopics.Request(List.of(topic("t", -1, -1, "retention.ms", "5")), 0, true);
        var dry = TopicCreation.decide(context, request);
        assertThat(dry.records()).isEmpty();
        var result = dry.response().topics().get(0);
        assertThat(result.numPartitions()).isEqualTo(1);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
        assertThat(result.topicId()).isEqualTo(Uuid.ZERO);
        assertThat(result.configs()).hasSize(37).anySatisfy(config -> {
            assertThat(config.name()).isEqualTo("retention.ms");
            assertThat(config.value()).isEqualTo("5");
            assertThat(config.configSource()).isEqualTo(TopicConfigs.Source.TOPIC.code());
        });
    }

    @Test
    void repeatedNamesInOneRequestAreRefusedOnceEachAndTheRestGoesOn() {
        var response = apply(TopicCreation.decide(context, new CreateTopics.Request(
                List.of(topic("t", 1, 1), topic("u", 1, 1), topic("t", 2, 1)), 0, false)));
        assertThat(response.topics()).extracting(result -> result.name() + ":" + result.errorCode())
                .containsExactly("t:INVALID_REQUEST", "u:NONE");
    }

    @Test
    void deletionFindsTopicsByNameOrIdAndForgetsTheirConfigs() {
        create(topic("t", 1, 1, "retention.ms", "5"));
        create(topic("u", 1, 1));
        var id = context.image().topic("u").id();
        var states = List.of(new DeleteTopicState("t", Uuid.ZERO), new DeleteTopicState(null, id),
                new DeleteTopicState("none", Uuid.ZERO), new DeleteTopicState(null, new Uuid(7, 7)),
                new DeleteTopicState("t", id), new DeleteTopicState("t", Uuid.ZERO));
        var response = apply(TopicDeletion.decide(context, new DeleteTopics.Request(states, List.of(), 0)));
        assertThat(response.responses()).extracting(result -> result.errorCode()).containsExactly(
                ErrorCode.NONE,
                ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_ID,
                ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST);
        assertThat(context.image().topics()).isEmpty();
        assertThat(context.image().topicConfigs("t")).isEmpty();
        var byName = new DeleteTopics.Request(List.of(), List.of("gone"), 0);
        assertThat(TopicDeletion.decide(context, byName).response().responses().get(0).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void partitionsOnlyGrowAndKeepTheReplicationFactor() {
        create(topic("t", 2, 2));
        assertThat(grow("t", 2, null)).isEqualTo(ErrorCode.INVALID_PARTITIONS);
        assertThat(grow("t", 1, null)).isEqualTo(ErrorCode.INVALID_PARTITIONS);
        assertThat(grow("none", 3, null)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(grow("t", 3, List.of(List.of(1)))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(grow("t", 3, List.of(List.of(1, 2), List.of(1, 2))))
                .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(grow("t", 4, null)).isEqualTo(ErrorCode.NONE);
        assertThat(grow("t", 5, List.of(List.of(3, 1)))).isEqualTo(ErrorCode.NONE);
        assertThat(context.image().topic("t").partitions()).hasSize(5)
                .allMatch(partition -> partition.replicas().size() == 2);
        assertThat(context.image().partition("t", 4).leader()).isEqualTo(3);
    }

    private ErrorCode grow(String name, int count, List<List<Integer>> assignments) {
        var listed = assignments == null
                ? null
                : assignments.stream().map(CreatePartitions.Request.Assignment::new).toList();
        return apply(PartitionGrowth.decide(context, new CreatePartitions.Request(
                List.of(new CreatePartitions.Request.Topic(name, count, listed)), 0, false))).results().get(0)
                .errorCode();
    }

    private ErrorCode alter(int type, String name, AlterableConfig... configs) {
        return apply(ConfigChange.decide(context, new IncrementalAlterConfigs.Request(
                List.of(new AlterConfigsResource((byte) type, name, List.of(configs))), false))).responses()
                .get(0)
                .errorCode();
    }

    @Test
    void configChangesErrorsAreKafkas() {
        create(topic("t", 1, 1));
        assertThat(alter(2, "none", new AlterableConfig("retention.ms", SET, "1")))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(alter(2, "t", new AlterableConfig("retention.ms", SET, "x")))
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(alter(2, "t", new AlterableConfig("nope", SET, "x"))).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(alter(2, "t", new AlterableConfig("retention.ms", SET, null)))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(2, "t", new AlterableConfig("retention.ms", APPEND, "1")))
                .isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(alter(2, "t", new AlterableConfig("retention.ms", (byte) 9, "1")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(2, "t", new AlterableConfig("retention.ms", SET, "1"),
                new AlterableConfig("retention.ms", DELETE, null))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(4, "x", new AlterableConfig("log.retention.ms", SET, "1")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(4, "", new AlterableConfig("num.partitions", SET, "3")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(8, "1", new AlterableConfig("a", SET, "DEBUG")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(context.image().topicConfigs("t")).isEmpty();
    }

    @Test
    void configsAreSetAppendedSubtractedAndDeleted() {
        create(topic("t", 1, 1));
        assertThat(alter(2, "t", new AlterableConfig("cleanup.policy", APPEND, "compact"),
                new AlterableConfig("retention.ms", SET, "9"))).isEqualTo(ErrorCode.NONE);
        assertThat(context.image().topicConfigs("t"))
                .isEqualTo(Map.of("cleanup.policy", "delete,compact", "retention.ms", "9"));
        assertThat(alter(2, "t", new AlterableConfig("cleanup.policy", SUBTRACT, "delete"),
                new AlterableConfig("retention.ms", DELETE, null))).isEqualTo(ErrorCode.NONE);
        assertThat(context.image().topicConfigs("t")).isEqualTo(Map.of("cleanup.policy", "compact"));
        assertThat(alter(4, "", new AlterableConfig("log.retention.ms", SET, "7"))).isEqualTo(ErrorCode.NONE);
        assertThat(context.image().configs(ConfigResource.ALL_BROKERS)).containsEntry("log.retention.ms",
                "7");
    }

    @Test
    void whatIsNotSetMayBeDeletedUnderAnyNameButNotSet() {
        var throttle = "leader.replication.throttled.rate";
        assertThat(alter(4, "1", new AlterableConfig(throttle, DELETE, null))).isEqualTo(ErrorCode.NONE);
        assertThat(alter(4, "1", new AlterableConfig(throttle, SET, "1")))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(context.image().configs(ConfigResource.broker(1))).isEmpty();
    }

    @Test
    void placementSpreadsLeadersEvenlyAndReplicasOverRacks() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var brokers = new ArrayList<BrokerRegistration>();
            int racks = 1 + random.nextInt(4);
            for (int id = 0; id < racks * 3; id++) {
                brokers.add(broker(id, 1, "rack" + id % racks));
            }
            int replicationFactor = 1 + random.nextInt(racks);
            var leaders = new HashMap<Integer, Integer>();
            var placement = ReplicaPlacement.over(brokers, random.nextInt(100));
            for (int i = 0; i < brokers.size() * 4; i++) {
                var replicas = placement.place(i, replicationFactor);
                assertThat(replicas).as("seed %d", seed).hasSize(replicationFactor).doesNotHaveDuplicates();
                assertThat(replicas.stream().map(id -> id % racks)).as("seed %d", seed)
                        .doesNotHaveDuplicates();
                leaders.merge(replicas.get(0), 1, Integer::sum);
            }
            assertThat(leaders.values()).as("seed %d", seed).hasSize(brokers.size()).containsOnly(4);
        }
    }

    @Test
    void autoCreationTakesDefaultsAndInternalTopicsTheirOwnBoundedByLiveBrokers() {
        var internal = Map.of(TopicImage.CONSUMER_OFFSETS,
                new InternalTopic(TopicImage.CONSUMER_OFFSETS, 50, 5, Map.of("cleanup.policy", "compact")));
        var request = AutoCreation.request(context.image(), internal,
                List.of("t", TopicImage.CONSUMER_OFFSETS, "t"));
        assertThat(apply(TopicCreation.decide(context, request)).topics())
                .extracting(result -> result.name() + ":" + result.errorCode())
                .containsExactly("t:NONE", TopicImage.CONSUMER_OFFSETS + ":NONE");
        var offsets = context.image().topic(TopicImage.CONSUMER_OFFSETS);
        assertThat(offsets.partitions()).hasSize(50).allMatch(partition -> partition.replicas().size() == 3);
        assertThat(context.image().topicConfigs(offsets.name())).containsEntry("cleanup.policy", "compact");
        assertThat(AutoCreation.request(context.image(), internal, List.of("t")).topics()).isEmpty();
    }
}
