package io.millrace.protocol.client;

import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Picks a broker for what any broker can answer: one that is connected and least busy, else one that may be tried. The
 * bootstrap addresses serve while no broker is known, and when none of those known can be reached (KIP-899).
 */
final class NodeChoice {
    private final List<Node> bootstrap;
    private final NodeConnections connections;
    private final boolean mayRebootstrap;

    NodeChoice(List<Node> bootstrap, NodeConnections connections, boolean mayRebootstrap) {
        this.bootstrap = bootstrap;
        this.connections = connections;
        this.mayRebootstrap = mayRebootstrap;
    }

    boolean mayRebootstrap() {
        return mayRebootstrap;
    }

    /** The node to ask, or null while all of them are backing off. */
    Node leastBusy(ClusterView view) {
        var node = leastBusy(view.nodes().values());
        boolean usesBootstrap = view.nodes().isEmpty() || mayRebootstrap;
        return node == null && usesBootstrap ? leastBusy(bootstrap) : node;
    }

    private Node leastBusy(Collection<Node> among) {
        var shuffled = new ArrayList<>(among);
        Collections.shuffle(shuffled);
        Node best = null;
        for (var node : shuffled) {
            if (connections.isUsable(node) && (best == null || rank(node) < rank(best))) {
                best = node;
            }
        }
        return best;
    }

    /** Connected ones first, by their calls; then those that have not failed; then the others. */
    private int rank(Node node) {
        if (connections.isOpen(node)) {
            return connections.callsUnderWay(node);
        }
        return connections.lastFailure(node) == null ? Integer.MAX_VALUE - 1 : Integer.MAX_VALUE;
    }

    CompletableFuture<Connection> connect(Node node) {
        return connections.to(node);
    }

    /** When the first of the nodes may be tried again. */
    long earliestRetryNs(ClusterView view) {
        var all = new ArrayList<>(bootstrap);
        all.addAll(view.nodes().values());
        return connections.earliestRetryNs(all);
    }

    /** Why nothing answers, as far as is known; null if something may. */
    RuntimeException lastFailure(ClusterView view) {
        for (var node : view.nodes().isEmpty() ? bootstrap : List.copyOf(view.nodes().values())) {
            var failure = connections.lastFailure(node);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }
}
