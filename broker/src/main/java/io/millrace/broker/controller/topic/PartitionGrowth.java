package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_PARTITIONS;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICA_ASSIGNMENT;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.POLICY_VIOLATION;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.topic.CreatePartitions.Request.Assignment;
import io.millrace.protocol.message.topic.CreatePartitions.Request.Topic;
import io.millrace.protocol.message.topic.CreatePartitions.Response.TopicResult;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Decides CreatePartitions: new ones take the replication factor of the first. Pure. */
public final class PartitionGrowth {
    private static final int MOST_PARTITIONS = 200_000;

    private PartitionGrowth() {}

    public static Decision<CreatePartitions.Response> decide(DecisionContext context,
            CreatePartitions.Request request) {
        var counts = new HashMap<String, Integer>();
        request.topics().forEach(topic -> counts.merge(topic.name(), 1, Integer::sum));
        var results = new ArrayList<TopicResult>();
        var records = new ArrayList<MetadataRecord>();
        var seen = new HashSet<String>();
        for (var topic : request.topics()) {
            if (!seen.add(topic.name())) {
                continue;
            }
            try {
                Refusal.unless(counts.get(topic.name()) == 1, INVALID_REQUEST, "Topic ", topic.name(),
                        " is in the request ", counts.get(topic.name()), " times: name it once");
                records.addAll(grow(context, topic));
                results.add(new TopicResult(topic.name(), ErrorCode.NONE, null));
            } catch (ApiException e) {
                results.add(new TopicResult(topic.name(), e.errorCode(), e.getMessage()));
            }
        }
        var response = new CreatePartitions.Response(0, results);
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(records, response);
    }

    /** The same refusal for every topic of the request. */
    public static CreatePartitions.Response refused(CreatePartitions.Request request, ApiException refusal) {
        return new CreatePartitions.Response(0, request.topics().stream().map(
                topic -> new TopicResult(topic.name(), refusal.errorCode(), refusal.getMessage())).toList());
    }

    private static List<MetadataRecord> grow(DecisionContext context, Topic wanted) {
        var topic = context.image().topic(wanted.name());
        Refusal.unless(topic != null, UNKNOWN_TOPIC_OR_PARTITION, "There is no topic ", wanted.name());
        int now = topic.partitions().size();
        Refusal.unless(wanted.count() != now, INVALID_PARTITIONS, "Topic ", topic.name(), " already has ",
                now, " partitions");
        Refusal.unless(wanted.count() > now, INVALID_PARTITIONS, "Topic ", topic.name(), " has ", now,
                " partitions, and ", wanted.count(), " would be fewer: partitions can only be added");
        Refusal.unless(wanted.count() <= MOST_PARTITIONS, POLICY_VIOLATION, wanted.count(),
                " partitions are too many for one topic, the most is ", MOST_PARTITIONS);
        return MetadataRecord.PartitionsChanged.split(topic.id(), newPartitions(context, topic, wanted));
    }

    private static List<PartitionImage> newPartitions(DecisionContext context, TopicImage topic,
            Topic wanted) {
        int now = topic.partitions().size();
        int added = wanted.count() - now;
        int replicationFactor = topic.partition(0).replicas().size();
        if (wanted.assignments() == null) {
            return Assignments.place(context, now, added, replicationFactor);
        }
        Refusal.unless(wanted.assignments().size() == added, INVALID_REPLICA_ASSIGNMENT, added,
                " partitions are added to topic ", topic.name(), ", but ", wanted.assignments().size(),
                " are assigned");
        return Assignments.listed(context.image(), now,
                wanted.assignments().stream().map(Assignment::brokerIds).toList(), replicationFactor);
    }
}
