package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.TOPIC_DELETION_DISABLED;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_ID;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.topic.DeleteTopics.Request.DeleteTopicState;
import io.millrace.protocol.message.topic.DeleteTopics.Response.DeletableTopicResult;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Decides DeleteTopics, by name or by id. Pure. */
public final class TopicDeletion {

    private TopicDeletion() {}

    public static Decision<DeleteTopics.Response> decide(DecisionContext context,
            DeleteTopics.Request request) {
        var results = new ArrayList<DeletableTopicResult>();
        var records = new ArrayList<MetadataRecord>();
        var deleted = new HashSet<Uuid>();
        for (var state : wanted(request)) {
            try {
                var topic = find(context, state);
                Refusal.unless(deleted.add(topic.id()), INVALID_REQUEST, "Topic ", topic.name(),
                        " is in the request twice");
                records.add(new MetadataRecord.TopicDeleted(topic.id()));
                results.add(new DeletableTopicResult(topic.name(), topic.id(), ErrorCode.NONE, null));
            } catch (ApiException e) {
                results.add(new DeletableTopicResult(state.name(), state.topicId(), e.errorCode(),
                        e.getMessage()));
            }
        }
        return new Decision<>(records, new DeleteTopics.Response(0, results));
    }

    /** The same refusal for every topic of the request. */
    public static DeleteTopics.Response refused(DeleteTopics.Request request, ApiException refusal) {
        return new DeleteTopics.Response(0, wanted(request).stream().map(state -> new DeletableTopicResult(
                state.name(), state.topicId(), refusal.errorCode(), refusal.getMessage())).toList());
    }

    /** Versions up to 5 carry names alone, in a field of their own. */
    private static List<DeleteTopicState> wanted(DeleteTopics.Request request) {
        var wanted = new ArrayList<>(request.topics());
        request.topicNames().forEach(name -> wanted.add(new DeleteTopicState(name, Uuid.ZERO)));
        return wanted;
    }

    private static TopicImage find(DecisionContext context, DeleteTopicState state) {
        boolean isNamed = state.name() != null;
        boolean hasId = !state.topicId().equals(Uuid.ZERO);
        Refusal.unless(isNamed != hasId, INVALID_REQUEST, "Give either the topic's name or its id");
        Refusal.unless(context.broker().get(ControllerSettings.DELETE_TOPIC_ENABLE), TOPIC_DELETION_DISABLED,
                "Topics cannot be deleted while delete.topic.enable is false");
        return isNamed ? byName(context.image(), state.name()) : byId(context.image(), state.topicId());
    }

    private static TopicImage byName(ClusterImage image, String name) {
        var topic = image.topic(name);
        Refusal.unless(topic != null, UNKNOWN_TOPIC_OR_PARTITION, "There is no topic ", name);
        return topic;
    }

    private static TopicImage byId(ClusterImage image, Uuid id) {
        var topic = image.topic(id);
        Refusal.unless(topic != null, UNKNOWN_TOPIC_ID, "There is no topic with id ", id);
        return topic;
    }
}
