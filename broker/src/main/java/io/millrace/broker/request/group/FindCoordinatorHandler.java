package io.millrace.broker.request.group;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.FindCoordinator.Response.Coordinator;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the broker that leads a group's partition of the offsets topic; the first question creates that topic. */
public final class FindCoordinatorHandler
        implements
            Handler<FindCoordinator.Request, FindCoordinator.Response> {
    private static final Logger LOG = LoggerFactory.getLogger(FindCoordinatorHandler.class);
    private static final int FIRST_VERSION_WITH_KEYS = 4;
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;

    private final Supplier<ClusterImage> image;
    private final NodeAddresses addresses;
    private final Controller controller;

    public FindCoordinatorHandler(
            Supplier<ClusterImage> image, NodeAddresses addresses, Controller controller) {
        this.image = image;
        this.addresses = addresses;
        this.controller = controller;
    }

    @Override
    public void handle(
            FindCoordinator.Request request, Exchange exchange, Reply<FindCoordinator.Response> reply) {
        if (request.keyType() == TRANSACTION) {
            answer(request, exchange, reply, key -> refused(key,
                    ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    "This broker does not offer transactions"));
        } else if (request.keyType() != GROUP) {
            answer(request, exchange, reply, key -> refused(key, ErrorCode.INVALID_REQUEST,
                    "This broker knows no coordinators of type " + request.keyType()));
        } else if (image.get().topic(TopicImage.CONSUMER_OFFSETS) != null) {
            answer(request, exchange, reply, key -> find(key, exchange));
        } else {
            controller.autoCreate(List.of(TopicImage.CONSUMER_OFFSETS)).whenComplete((outcome, failure) -> {
                if (failure != null) {
                    LOG.warn("The offsets topic can't be created: {}", failure.getMessage());
                }
                answer(request, exchange, reply, key -> find(key, exchange));
            });
        }
    }

    private Coordinator find(String groupId, Exchange exchange) {
        var current = image.get();
        var topic = current.topic(TopicImage.CONSUMER_OFFSETS);
        if (topic == null) {
            return refused(groupId, ErrorCode.COORDINATOR_NOT_AVAILABLE,
                    "The offsets topic is being created");
        }
        var partition = topic.partition(GroupCoordinators.partitionOf(groupId, topic.partitions().size()));
        var leader = current.broker(partition.leader());
        var endpoint = leader == null ? null : addresses.of(leader, exchange.connection());
        if (endpoint == null) {
            return refused(groupId, ErrorCode.COORDINATOR_NOT_AVAILABLE,
                    "Partition " + partition.index()
                            + " of the offsets topic has no leader to be reached here");
        }
        return new Coordinator(groupId, leader.id(), endpoint.host(), endpoint.port(), ErrorCode.NONE, "");
    }

    private static Coordinator refused(String key, ErrorCode error, String message) {
        return new Coordinator(key, -1, "", -1, error, message);
    }

    private static void answer(FindCoordinator.Request request, Exchange exchange,
            Reply<FindCoordinator.Response> reply, Function<String, Coordinator> lookup) {
        if (exchange.version() >= FIRST_VERSION_WITH_KEYS) {
            reply.send(new FindCoordinator.Response(0, ErrorCode.NONE, "", 0, "", 0,
                    request.coordinatorKeys().stream().map(lookup).toList()));
            return;
        }
        var found = lookup.apply(request.key());
        var message = found.errorCode() == ErrorCode.NONE ? ErrorCode.NONE.name() : found.errorMessage();
        reply.send(new FindCoordinator.Response(0, found.errorCode(), message, found.nodeId(), found.host(),
                found.port(), List.of()));
    }
}
