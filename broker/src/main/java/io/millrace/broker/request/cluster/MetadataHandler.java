package io.millrace.broker.request.cluster;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicName;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Answers Metadata from the image. Topics that are missing and may be created are created first, so that the
 * client sees them in this answer already.
 */
public final class MetadataHandler implements Handler<Metadata.Request, Metadata.Response> {
    private static final int FIRST_VERSION_WHERE_EMPTY_MEANS_NONE = 1;
    private static final int FIRST_VERSION_WITH_AUTO_CREATE_CHOICE = 4;

    private final Supplier<ClusterImage> image;
    private final Controller controller;
    private final NodeAddresses addresses;
    private final boolean autoCreates;

    public MetadataHandler(
            Supplier<ClusterImage> image, Controller controller, NodeAddresses addresses,
            boolean autoCreates) {
        this.image = image;
        this.controller = controller;
        this.addresses = addresses;
        this.autoCreates = autoCreates;
    }

    @Override
    public void handle(Metadata.Request request, Exchange exchange, Reply<Metadata.Response> reply) {
        var missing = missingTopics(request, exchange.version());
        if (missing.isEmpty()) {
            reply.send(answer(request, exchange, Map.of()));
            return;
        }
        controller.autoCreate(missing).whenComplete((outcomes, failure) -> reply.send(
                answer(request, exchange, failure == null ? outcomes : Map.of())));
    }

    /** The named topics that do not exist, may be created, and have a legal name. */
    private Set<String> missingTopics(Metadata.Request request, int version) {
        boolean mayCreate = autoCreates
                && (version < FIRST_VERSION_WITH_AUTO_CREATE_CHOICE || request.allowAutoTopicCreation());
        if (!mayCreate || request.topics() == null) {
            return Set.of();
        }
        var current = image.get();
        var missing = new LinkedHashSet<String>();
        for (var topic : request.topics()) {
            if (topic.name() != null && topic.topicId().equals(Uuid.ZERO)
                    && current.topic(topic.name()) == null && TopicName.problem(topic.name()) == null) {
                missing.add(topic.name());
            }
        }
        return missing;
    }

    private Metadata.Response answer(
            Metadata.Request request, Exchange exchange, Map<String, ErrorCode> creations) {
        var writer = new MetadataAnswer(image.get(), addresses, exchange);
        boolean isAll = request.topics() == null
                || request.topics().isEmpty() && exchange.version() < FIRST_VERSION_WHERE_EMPTY_MEANS_NONE;
        boolean withOperations = request.includeTopicAuthorizedOperations();
        List<Metadata.Response.Topic> topics;
        if (isAll) {
            topics = writer.allTopics(withOperations);
        } else {
            topics = request.topics().stream()
                    .map(topic -> writer.topic(topic, creations, withOperations))
                    .toList();
        }
        return writer.response(topics, request.includeClusterAuthorizedOperations());
    }
}
