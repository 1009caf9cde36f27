package io.millrace.broker.request.cluster;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.metadata.TopicName;
import io.millrace.broker.request.AuthorizedOperations;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Translates one image for one client into a Metadata response. */
final class MetadataAnswer {
    private static final int FIRST_VERSION_WITH_LISTENER_NOT_FOUND = 6;

    private final ClusterImage image;
    private final NodeAddresses addresses;
    private final Exchange exchange;

    MetadataAnswer(ClusterImage image, NodeAddresses addresses, Exchange exchange) {
        this.image = image;
        this.addresses = addresses;
        this.exchange = exchange;
    }

    Metadata.Response response(List<Metadata.Response.Topic> topics, boolean withOperations) {
        var brokers = new ArrayList<Metadata.Response.Broker>();
        for (var broker : image.brokers().values()) {
            var endpoint = addresses.of(broker, exchange.connection());
            if (endpoint != null) {
                brokers.add(new Metadata.Response.Broker(
                        broker.id(), endpoint.host(), endpoint.port(), broker.rack()));
            }
        }
        return new Metadata.Response(0, brokers, image.clusterId(), image.controllerId(), topics,
                withOperations ? AuthorizedOperations.CLUSTER : AuthorizedOperations.NOT_ASKED,
                ErrorCode.NONE);
    }

    List<Metadata.Response.Topic> allTopics(boolean withOperations) {
        var topics = new ArrayList<Metadata.Response.Topic>();
        for (var topic : image.topics()) {
            topics.add(found(topic, withOperations));
        }
        return topics;
    }

    /** One asked topic; {@code creations} says how the creation of missing ones went. */
    Metadata.Response.Topic topic(
            Metadata.Request.Topic asked, Map<String, ErrorCode> creations, boolean withOperations) {
        boolean isById = !asked.topicId().equals(Uuid.ZERO);
        if (isById && asked.name() != null) {
            return failed(asked, ErrorCode.INVALID_REQUEST);
        }
        var topic = isById ? image.topic(asked.topicId())
                : asked.name() == null ? null : image.topic(asked.name());
        if (topic != null) {
            return found(topic, withOperations);
        }
        if (isById || asked.name() == null) {
            return failed(asked, ErrorCode.UNKNOWN_TOPIC_ID);
        }
        if (TopicName.problem(asked.name()) != null) {
            return failed(asked, ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        var creation = creations.getOrDefault(asked.name(), ErrorCode.NONE);
        return failed(asked, creation == ErrorCode.NONE || creation == ErrorCode.NOT_CONTROLLER
                ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                : creation);
    }

    private static Metadata.Response.Topic failed(Metadata.Request.Topic asked, ErrorCode error) {
        return new Metadata.Response.Topic(
                error, asked.name(), asked.topicId(), false, List.of(), AuthorizedOperations.NOT_ASKED);
    }

    private Metadata.Response.Topic found(TopicImage topic, boolean withOperations) {
        var partitions = new ArrayList<Metadata.Response.Partition>(topic.partitions().size());
        for (var partition : topic.partitions()) {
            partitions.add(partition(partition));
        }
        return new Metadata.Response.Topic(ErrorCode.NONE, topic.name(), topic.id(), topic.isInternal(),
                partitions, withOperations ? AuthorizedOperations.TOPIC : AuthorizedOperations.NOT_ASKED);
    }

    private Metadata.Response.Partition partition(PartitionImage partition) {
        return new Metadata.Response.Partition(leaderError(partition), partition.index(), partition.leader(),
                partition.leaderEpoch(), partition.replicas(), partition.isr(),
                partition.replicas().stream().filter(id -> isOffline(id, partition)).toList());
    }

    /** A live broker that is in the ISR and yet may not lead has lost the disk of its replica. */
    private boolean isOffline(int id, PartitionImage partition) {
        return !image.isLive(id) || !partition.hasLeader() && partition.isr().contains(id);
    }

    private ErrorCode leaderError(PartitionImage partition) {
        var leader = partition.hasLeader() ? image.broker(partition.leader()) : null;
        if (leader == null) {
            return ErrorCode.LEADER_NOT_AVAILABLE;
        }
        if (addresses.of(leader, exchange.connection()) == null) {
            return exchange.version() < FIRST_VERSION_WITH_LISTENER_NOT_FOUND
                    ? ErrorCode.LEADER_NOT_AVAILABLE
                    : ErrorCode.LISTENER_NOT_FOUND;
        }
        return ErrorCode.NONE;
    }
}
