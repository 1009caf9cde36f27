package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_PARTITIONS;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICATION_FACTOR;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICA_ASSIGNMENT;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.INVALID_TOPIC_EXCEPTION;
import static io.millrace.protocol.wire.ErrorCode.POLICY_VIOLATION;
import static io.millrace.protocol.wire.ErrorCode.TOPIC_ALREADY_EXISTS;

import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicName;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.message.topic.CreateTopics.Response.CreatableTopicConfigs;
import io.millrace.protocol.message.topic.CreateTopics.Response.CreatableTopicResult;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides CreateTopics: each topic alone, in the order of the request. Pure. */
public final class TopicCreation {
    private static final int USE_DEFAULT = -1;
    private static final int MOST_PARTITIONS = 200_000;

    private TopicCreation() {}

    public static Decision<CreateTopics.Response> decide(DecisionContext context,
            CreateTopics.Request request) {
        var counts = new HashMap<String, Integer>();
        request.topics().forEach(topic -> counts.merge(topic.name(), 1, Integer::sum));
        var results = new ArrayList<CreatableTopicResult>();
        var records = new ArrayList<MetadataRecord>();
        var inherited = effective(context, Map.of());
        var now = context;
        for (var wanted : firstOfEachName(request)) {
            var topic = wanted.name();
            try {
                Refusal.unless(counts.get(topic) == 1, INVALID_REQUEST, "Topic ", topic,
                        " is in the request ", counts.get(topic), " times: name it once");
                var creation = create(now, wanted, inherited);
                results.add(request.validateOnly() ? withoutId(creation.response()) : creation.response());
                records.addAll(creation.records());
                now = now.after(creation.records());
            } catch (ApiException e) {
                results.add(refused(topic, e.errorCode(), e.getMessage()));
            }
        }
        var response = new CreateTopics.Response(0, results);
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(records, response);
    }

    private static Collection<CreatableTopic> firstOfEachName(CreateTopics.Request request) {
        var topics = new LinkedHashMap<String, CreatableTopic>();
        request.topics().forEach(topic -> topics.putIfAbsent(topic.name(), topic));
        return topics.values();
    }

    /** The same refusal for every topic of the request. */
    public static CreateTopics.Response refused(CreateTopics.Request request, ApiException refusal) {
        return new CreateTopics.Response(0, request.topics().stream()
                .map(topic -> refused(topic.name(), refusal.errorCode(), refusal.getMessage())).toList());
    }

    private static CreatableTopicResult refused(String name, ErrorCode code, String message) {
        return new CreatableTopicResult(name, Uuid.ZERO, code, message, ErrorCode.NONE, -1, (short) -1, null);
    }

    private static CreatableTopicResult withoutId(CreatableTopicResult result) {
        return new CreatableTopicResult(result.name(), Uuid.ZERO, result.errorCode(), result.errorMessage(),
                result.topicConfigErrorCode(), result.numPartitions(), result.replicationFactor(),
                result.configs());
    }

    private static Decision<CreatableTopicResult> create(
            DecisionContext context, CreatableTopic topic, List<CreatableTopicConfigs> inherited) {
        checkName(context, topic.name());
        var configs = new TreeMap<String, String>();
        topic.configs().forEach(config -> configs.put(config.name(), config.value()));
        TopicConfigs.check(configs);
        var partitions = topic.assignments().isEmpty() ? placed(context, topic) : listed(context, topic);
        var id = context.topicIds().get();
        var records = new ArrayList<MetadataRecord>();
        records.add(new MetadataRecord.TopicCreated(topic.name(), id));
        records.addAll(MetadataRecord.PartitionsChanged.split(id, partitions));
        configs.forEach((name, value) -> records.add(new MetadataRecord.ConfigChanged(
                ConfigResource.Type.TOPIC.code(), topic.name(), name, value)));
        return new Decision<>(records,
                new CreatableTopicResult(topic.name(), id, ErrorCode.NONE, null, ErrorCode.NONE,
                        partitions.size(), (short) partitions.get(0).replicas().size(),
                        configs.isEmpty() ? inherited : effective(context, configs)));
    }

    private static void checkName(DecisionContext context, String name) {
        var problem = TopicName.problem(name);
        Refusal.unless(problem == null, INVALID_TOPIC_EXCEPTION, problem);
        Refusal.unless(context.image().topic(name) == null, TOPIC_ALREADY_EXISTS, "Topic '", name,
                "' already exists.");
        var other = context.image().topicLike(name);
        Refusal.unless(other == null, INVALID_TOPIC_EXCEPTION, "Topic ", name, " collides with ",
                other == null ? "" : other.name(),
                ", since metrics write a dot as an underscore: choose another name");
    }

    private static List<PartitionImage> placed(DecisionContext context, CreatableTopic topic) {
        int count = topic.numPartitions();
        int replicationFactor = topic.replicationFactor();
        Refusal.unless(count > 0 || count == USE_DEFAULT, INVALID_PARTITIONS, "Number of partitions ", count,
                " must be at least 1, or -1 for the default");
        Refusal.unless(replicationFactor > 0 || replicationFactor == USE_DEFAULT, INVALID_REPLICATION_FACTOR,
                "Replication factor ", replicationFactor, " must be at least 1, or -1 for the default");
        Refusal.unless(count <= MOST_PARTITIONS, POLICY_VIOLATION, count,
                " partitions are too many for one topic, the most is ", MOST_PARTITIONS);
        return Assignments.place(context, 0,
                count == USE_DEFAULT ? context.broker().get(ControllerSettings.NUM_PARTITIONS) : count,
                replicationFactor == USE_DEFAULT
                        ? context.broker().get(ControllerSettings.DEFAULT_REPLICATION_FACTOR)
                        : replicationFactor);
    }

    private static List<PartitionImage> listed(DecisionContext context, CreatableTopic topic) {
        Refusal.unless(topic.replicationFactor() == USE_DEFAULT, INVALID_REQUEST,
                "A replica assignment gives the replication factor: set that to -1, not ",
                topic.replicationFactor());
        Refusal.unless(topic.numPartitions() == USE_DEFAULT, INVALID_REQUEST,
                "A replica assignment gives the number of partitions: set that to -1, not ",
                topic.numPartitions());
        var byIndex = new TreeMap<Integer, List<Integer>>();
        for (var assignment : topic.assignments()) {
            Refusal.unless(byIndex.put(assignment.partitionIndex(), assignment.brokerIds()) == null,
                    INVALID_REPLICA_ASSIGNMENT, "Partition ", assignment.partitionIndex(),
                    " is assigned twice");
        }
        Refusal.unless(byIndex.firstKey() == 0 && byIndex.lastKey() == byIndex.size() - 1,
                INVALID_REPLICA_ASSIGNMENT, "Partitions must be assigned from 0 on without gaps, not ",
                byIndex.keySet());
        return Assignments.listed(context.image(), 0, List.copyOf(byIndex.values()), byIndex.get(0).size());
    }

    private static List<CreatableTopicConfigs> effective(DecisionContext context,
            Map<String, String> overrides) {
        var configs = new ArrayList<CreatableTopicConfigs>();
        for (var setting : TopicSettings.CATALOG.all()) {
            var holds = TopicConfigs
                    .sources(setting, overrides, context.image(), context.image().controllerId(),
                            context.broker())
                    .get(0);
            configs.add(new CreatableTopicConfigs(setting.name(),
                    setting.isSensitive() ? null : holds.value(), false,
                    holds.source().code(), setting.isSensitive()));
        }
        return configs;
    }
}
