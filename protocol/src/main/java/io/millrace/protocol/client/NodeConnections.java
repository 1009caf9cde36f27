package io.millrace.protocol.client;

import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.cluster.Node;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At most one connection to each node, opened when it is first wanted, closed when idle, and not tried again sooner
 * than its back-off allows. Owned by the client's loop.
 */
final class NodeConnections {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnections.class);

    private final EventLoop loop;
    private final Connector connector;
    private final Backoff backoff;
    private final long maxIdleNs;
    private final Map<Integer, NodeLink> links = new HashMap<>();
    private IntConsumer onChange = nodeId -> {};
    private boolean isClosed;

    NodeConnections(EventLoop loop, Connector connector, Backoff backoff, long maxIdleMs) {
        this.loop = loop;
        this.connector = connector;
        this.backoff = backoff;
        this.maxIdleNs = TimeUnit.MILLISECONDS.toNanos(maxIdleMs);
        if (maxIdleMs > 0) {
            loop.scheduleWithFixedDelay(this::closeIdle, maxIdleNs / 2, maxIdleNs / 2, TimeUnit.NANOSECONDS);
        }
    }

    /** Is told each node whose connection has opened or ended, or that may be tried again. */
    void onChange(IntConsumer listener) {
        onChange = listener;
    }

    /** The connection, or null if it is not open now; then it is being opened, as soon as its back-off allows. */
    Connection ready(Node node) {
        var link = linkTo(node);
        if (link.connection() == null && link.opening() == null && !link.isBackingOff(System.nanoTime())) {
            open(link);
        }
        return link.connection();
    }

    /** The connection, opened if need be; fails at once while the node is backing off. Completes on the loop. */
    CompletableFuture<Connection> to(Node node) {
        var link = linkTo(node);
        if (link.connection() != null) {
            return CompletableFuture.completedFuture(link.connection());
        }
        if (link.opening() != null) {
            return link.opening();
        }
        return link.isBackingOff(System.nanoTime()) ? CompletableFuture.failedFuture(link.lastFailure())
                : open(link);
    }

    private NodeLink linkTo(Node node) {
        long nowNs = System.nanoTime();
        var link = links.get(node.id());
        if (link == null || !link.node().isAt(node)) {
            if (link != null) {
                LOG.debug("{} has moved to {}", link.node(), node);
                close(link);
            }
            link = new NodeLink(node, nowNs);
            links.put(node.id(), link);
        }
        link.use(nowNs);
        return link;
    }

    private CompletableFuture<Connection> open(NodeLink link) {
        var opening = new CompletableFuture<Connection>();
        link.begin(opening);
        connector.connect(loop, link.node().host(), link.node().port())
                .whenComplete((connection, failure) -> {
                    if (failure != null) {
                        failed(link, (RuntimeException) failure);
                        opening.completeExceptionally(failure);
                    } else {
                        opened(link, connection);
                        opening.complete(connection);
                    }
                });
        return opening;
    }

    private void opened(NodeLink link, Connection connection) {
        connection.ended().thenAccept(failure -> {
            if (link.connection() == connection) {
                failed(link, failure);
            }
        });
        if (isClosed || links.get(link.node().id()) != link) {
            connection.close();
            return;
        }
        link.opened(connection);
        onChange.accept(link.node().id());
    }

    private void failed(NodeLink link, RuntimeException failure) {
        LOG.debug("No connection to {}: {}", link.node(), failure.getMessage());
        long delayMs = backoff.delayMs(link.failures() + 1);
        link.failed(failure, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs));
        if (!isClosed && links.get(link.node().id()) == link) {
            onChange.accept(link.node().id());
            loop.schedule(() -> onChange.accept(link.node().id()), delayMs + 1, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether a connection to the node is open, or may be tried now. */
    boolean isUsable(Node node) {
        var link = links.get(node.id());
        return link == null || !link.node().isAt(node) || !link.isBackingOff(System.nanoTime());
    }

    boolean isOpen(Node node) {
        var link = links.get(node.id());
        return link != null && link.connection() != null && link.node().isAt(node);
    }

    /** Why the node could not be reached the last time; null if it could, or was never tried. */
    RuntimeException lastFailure(Node node) {
        var link = links.get(node.id());
        return link == null || link.failures() == 0 ? null : link.lastFailure();
    }

    int callsUnderWay(Node node) {
        return isOpen(node) ? links.get(node.id()).connection().callsUnderWay() : 0;
    }

    /** When the first of the nodes may be tried again. */
    long earliestRetryNs(Collection<Node> nodes) {
        return nodes.stream().map(node -> links.get(node.id())).filter(link -> link != null)
                .mapToLong(NodeLink::retryAtNs).min().orElse(System.nanoTime());
    }

    private void closeIdle() {
        long limitNs = System.nanoTime() - maxIdleNs;
        for (var link : links.values().toArray(NodeLink[]::new)) {
            if (link.isIdleSince(limitNs)) {
                LOG.debug("The connection to {} was idle and is closed", link.node());
                links.remove(link.node().id());
                close(link);
            }
        }
    }

    private static void close(NodeLink link) {
        if (link.connection() != null) {
            link.connection().close();
        }
    }

    /** Closes all connections, and those that are being opened as soon as they are. */
    void close() {
        isClosed = true;
        for (var link : links.values().toArray(NodeLink[]::new)) {
            close(link);
        }
        links.clear();
    }
}
