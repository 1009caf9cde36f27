package io.millrace.benchmark.load;

import io.millrace.benchmark.driver.RunningCluster;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.Connector;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.Uuid;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A connection to each broker of a cluster, to see what that very broker says of all topics. Used by one thread. */
public final class ClusterView implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;
    private static final int POLL_MS = 2;
    private static final int MOST_BYTES = 256 << 20;

    private final RunningCluster cluster;
    private final int patienceSeconds;
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private final Connector connector = new Connector(new Connector.Options(NioSocketChannel.class,
            ForkJoinPool.commonPool(), "benchmark", TIMEOUT_MS, MOST_BYTES));
    private Object last = "nothing";
    private final Map<Integer, Connection> connections = new HashMap<>();

    public ClusterView(RunningCluster cluster, int patienceSeconds) {
        this.cluster = cluster;
        this.patienceSeconds = patienceSeconds;
    }

    /** Returns when each of these brokers has answered as wanted; a null list of topics asks for all. */
    public void await(List<Integer> brokers, List<String> topics, Predicate<Metadata.Response> wanted)
            throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        for (int broker : brokers) {
            while (!holds(broker, topics, wanted)) {
                if (System.nanoTime() > endNs) {
                    throw new IllegalStateException(
                            "broker " + broker + " does not say what is waited for, but "
                                    + last);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
        }
    }

    /** A broker that does not answer has not said it yet. */
    private boolean holds(int broker, List<String> topics, Predicate<Metadata.Response> wanted)
            throws InterruptedException {
        var named = topics == null ? null
                : topics.stream().map(name -> new Metadata.Request.Topic(Uuid.ZERO, name)).toList();
        try {
            var answer = connection(broker).send(new Metadata.Request(named, false, false, false), TIMEOUT_MS)
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            last = answer;
            return wanted.test(answer);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof ApiException) {
                throw new IllegalStateException("the request is wrong", e);
            }
            connections.remove(broker);
            last = e;
            return false;
        }
    }

    private Connection connection(int broker)
            throws ExecutionException, InterruptedException, TimeoutException {
        var known = connections.get(broker);
        if (known == null) {
            var address = cluster.broker(broker).bootstrap();
            int colon = address.lastIndexOf(':');
            known = connector.connect(loop.next(), address.substring(0, colon),
                    Integer.parseInt(address.substring(colon + 1))).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            connections.put(broker, known);
        }
        return known;
    }

    @Override
    public void close() {
        connections.values().forEach(Connection::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
