package io.millrace.protocol.client;

import io.millrace.protocol.client.Route.Coordinator;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Where the coordinators are that were asked for, until one proves wrong. Each has a connection of its own, under a node
 * id of its own: calls to it wait neither for long polls nor they for a rebalance. Owned by the client's loop.
 */
final class Coordinators {
    private static final int FIRST_VERSION_WITH_LIST = 4;

    private final Map<Coordinator, Node> found = new HashMap<>();

    Node known(Coordinator of) {
        return found.get(of);
    }

    void forget(Coordinator of) {
        found.remove(of);
    }

    /** Asks the broker at the other end; fails with an ApiException if it does not say. */
    CompletableFuture<Node> find(Coordinator of, Connection connection, int timeoutMs) {
        int version = connection.versions().highest(ApiKey.FIND_COORDINATOR);
        boolean isList = version >= FIRST_VERSION_WITH_LIST;
        var request = new FindCoordinator.Request(isList ? "" : of.key(), of.type().code(),
                isList ? List.of(of.key()) : List.of());
        return connection.send(request, version, timeoutMs).thenApply(answer -> {
            var node = isList ? fromList(of, answer)
                    : node(of, answer.errorCode(), answer.errorMessage(),
                            nodeOf(answer.nodeId(), answer.host(), answer.port()));
            found.put(of, node);
            return node;
        });
    }

    private static Node fromList(Coordinator of, FindCoordinator.Response answer) {
        if (answer.coordinators().isEmpty()) {
            throw new ApiException(ErrorCode.COORDINATOR_NOT_AVAILABLE, "no coordinator for " + of.key());
        }
        var coordinator = answer.coordinators().get(0);
        return node(of, coordinator.errorCode(), coordinator.errorMessage(),
                nodeOf(coordinator.nodeId(), coordinator.host(), coordinator.port()));
    }

    private static Node nodeOf(int brokerId, String host, int port) {
        return new Node(Integer.MAX_VALUE - brokerId, host, port, null);
    }

    private static Node node(Coordinator of, ErrorCode error, String message, Node node) {
        if (error != ErrorCode.NONE) {
            throw new ApiException(error, "no coordinator for " + of.key() + ": "
                    + (message == null || message.isEmpty() ? error : message));
        }
        return node;
    }
}
