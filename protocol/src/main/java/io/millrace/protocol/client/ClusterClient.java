package io.millrace.protocol.client;

import io.millrace.protocol.client.setting.BootstrapServers;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.client.Route.Coordinator;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.cluster.TopicView;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;

/**
 * A client of one cluster: knows its brokers and topics, keeps a connection to each broker that it needs, and sends
 * requests where they belong, again if need be. All of its state belongs to one event loop, its only thread. Methods
 * marked "on the loop" are for tasks of that loop; the others are for any thread.
 */
public final class ClusterClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = Integer.MAX_VALUE - 8;
    private final ConnectionFailure closed = new ConnectionFailure(Kind.CLOSED,
            "the client was closed");

    private final ClientLoop thread;
    private final EventLoop loop;
    private final NodeConnections connections;
    private final NodeChoice nodes;
    private final MetadataUpdates metadata;
    private final Coordinators coordinators = new Coordinators();
    private final RoutedCall.Limits limits;
    private final Set<RoutedCall<?>> calls = new HashSet<>();

    private ClusterClient(ClientLoop thread, NodeChoice nodes, NodeConnections connections,
            Settings settings, boolean allowsAutoCreation) {
        this.thread = thread;
        this.loop = thread.loop();
        this.connections = connections;
        this.nodes = nodes;
        this.metadata = new MetadataUpdates(loop, nodes, settings, allowsAutoCreation);
        this.limits = new RoutedCall.Limits(loop, settings.get(ClientSettings.REQUEST_TIMEOUT_MS),
                ClientSettings.retryBackoff(settings));
    }

    /**
     * Starts the client's thread and begins to learn about the cluster; no broker need be there yet. The settings'
     * catalogue includes {@link ClientSettings#all}; a bad address is a SettingException.
     */
    public static ClusterClient open(Settings settings, boolean allowsAutoCreation) {
        var bootstrap = BootstrapServers.parse(settings);
        var clientId = settings.get(ClientSettings.CLIENT_ID);
        var thread = new ClientLoop("millrace-" + clientId);
        var connector = new Connector(new Connector.Options(NioSocketChannel.class, thread.blockingTasks(),
                clientId, settings.get(ClientSettings.CONNECT_TIMEOUT_MS), MAX_ANSWER_BYTES));
        var connections = new NodeConnections(thread.loop(), connector,
                ClientSettings.reconnectBackoff(settings), settings.get(ClientSettings.MAX_IDLE_MS));
        var nodes = new NodeChoice(bootstrap, connections,
                settings.get(ClientSettings.METADATA_RECOVERY).equals(ClientSettings.REBOOTSTRAP));
        var client = new ClusterClient(thread, nodes, connections, settings, allowsAutoCreation);
        client.loop.execute(client.metadata::start);
        return client;
    }

    /** The loop that owns the client, and that its user may share: tasks on it must not block. */
    public EventLoop loop() {
        return loop;
    }

    /** What is known of the cluster now. */
    public ClusterView view() {
        return metadata.view();
    }

    /** Why the cluster does not answer; null if it did the last time. */
    public RuntimeException lastFailure() {
        return metadata.lastFailure();
    }

    /**
     * The topic, as soon as the cluster knows it; it is followed from then on. Fails with an ApiException if the
     * topic's name or the caller is refused. Completes on the loop; a caller that gives up cancels it.
     */
    public CompletableFuture<TopicView> topic(String name) {
        var answer = new CompletableFuture<TopicView>();
        post(answer, () -> {
            var found = metadata.topic(name);
            found.whenComplete((topic, failure) -> complete(answer, topic, failure));
            answer.whenComplete((topic, failure) -> found.cancel(false));
        });
        return answer;
    }

    /** Sends to the broker that the route leads to, with retries until so many milliseconds have passed. */
    public <R extends ApiMessage> CompletableFuture<R> send(Route route, Query<R> query, int timeoutMs) {
        var answer = new CompletableFuture<R>();
        post(answer, () -> {
            var call = new RoutedCall<>(query, wayAlong(route), limits, timeoutMs);
            calls.add(call);
            call.result().whenComplete((result, failure) -> {
                calls.remove(call);
                complete(answer, result, failure);
            });
            call.attempt();
        });
        return answer;
    }

    private void post(CompletableFuture<?> answer, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(closed);
        }
    }

    private static <T> void complete(CompletableFuture<T> future, T value, Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    private RoutedCall.Way wayAlong(Route route) {
        return new RoutedCall.Way() {
            @Override
            public CompletableFuture<Connection> connect(int timeoutMs) {
                return ClusterClient.this.connect(route, timeoutMs);
            }

            @Override
            public void isWrong() {
                if (route instanceof Coordinator coordinator) {
                    coordinators.forget(coordinator);
                } else if (!(route instanceof Route.Any)) {
                    metadata.refresh();
                }
            }
        };
    }

    private CompletableFuture<Connection> connect(Route route, int timeoutMs) {
        if (route instanceof Coordinator coordinator) {
            var known = coordinators.known(coordinator);
            return known != null ? connections.to(known)
                    : connect(new Route.Any(), timeoutMs)
                            .thenCompose(any -> coordinators.find(coordinator, any, timeoutMs))
                            .thenCompose(connections::to);
        }
        var node = nodeOf(route);
        if (node != null) {
            return connections.to(node);
        }
        var reason = nodes.lastFailure(view());
        return CompletableFuture.failedFuture(route instanceof Route.Any && reason != null ? reason
                : new ApiException(ErrorCode.LEADER_NOT_AVAILABLE, "no broker is known for " + route));
    }

    private Node nodeOf(Route route) {
        if (route instanceof Route.ToNode to) {
            return view().node(to.nodeId());
        } else if (route instanceof Route.Leader of) {
            if (view().topic(of.topic()) == null) {
                metadata.topic(of.topic());
            }
            return view().leaderOf(of.topic(), of.partition());
        } else if (route instanceof Route.Controller) {
            var controller = view().node(view().controllerId());
            return controller != null ? controller : nodes.leastBusy(view());
        }
        return nodes.leastBusy(view());
    }

    /** The connection to a node, or null if it is not open now, in which case it is being opened. On the loop. */
    public Connection ready(int nodeId) {
        var node = view().node(nodeId);
        return node == null ? null : connections.ready(node);
    }

    /**
     * The connection to a coordinator, which is looked up and opened if need be; for calls that take longer than a
     * request may. Fails as a single attempt does. On the loop.
     */
    public CompletableFuture<Connection> connect(Coordinator coordinator, int timeoutMs) {
        return connect((Route) coordinator, timeoutMs);
    }

    /** Says that a coordinator has proved wrong: it is looked up again. On the loop. */
    public void forget(Coordinator coordinator) {
        coordinators.forget(coordinator);
    }

    /** Follows these topics and no others. On the loop. */
    public void follow(Set<String> topics) {
        metadata.follow(topics);
    }

    /** Ends the interest in a topic. On the loop. */
    public void forget(String topic) {
        metadata.forget(topic);
    }

    /** Says that the view has proved wrong; a new one comes soon. On the loop. */
    public void refresh() {
        metadata.refresh();
    }

    /** Believes a broker's hint at a newer leader. On the loop. */
    public void hint(TopicPartition partition, Node leader, int leaderEpoch) {
        metadata.hint(partition, leader, leaderEpoch);
    }

    /** Tells a listener, on the loop, of every new view. On the loop. */
    public void onView(Runnable listener) {
        metadata.addListener(listener);
    }

    /** Tells the one listener, on the loop, of each node that may have become ready or not. On the loop. */
    public void onConnection(IntConsumer listener) {
        connections.onChange(listener);
    }

    /** Closes connections, fails what waits, and ends the thread. */
    @Override
    public void close() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                List.copyOf(calls).forEach(call -> call.fail(closed));
                metadata.close(closed);
                connections.close();
            });
            thread.close();
        }
    }
}
