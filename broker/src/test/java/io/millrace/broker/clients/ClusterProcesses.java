package io.millrace.broker.clients;

import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.Connector;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.cluster.Metadata;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Brokers 1 to n on one ZooKeeper, each a process of its own, started as a user starts them. The test's thread owns it. */
final class ClusterProcesses implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private final Connector connector = new Connector(new Connector.Options(NioSocketChannel.class,
            ForkJoinPool.commonPool(), "cluster-test", PATIENCE_MS, 16 << 20));
    private final ChildProcess zookeeper;
    private final TreeMap<Integer, BrokerProcess> brokers = new TreeMap<>();

    ClusterProcesses(Path folder, int count, String... overrides) throws IOException {
        int port = FreePort.choose();
        zookeeper = startZooKeeper(folder, port);
        try {
            Deadline.in(BrokerProcess.START_LIMIT).await("ZooKeeper to listen", () -> listens(port));
            for (int id = 1; id <= count; id++) {
                var settings = new ArrayList<>(List.of(overrides));
                settings.add("broker.id=" + id);
                settings.add("broker.rack=rack-" + id);
                settings.add("zookeeper.connect=127.0.0.1:" + port + "/cluster");
                var data = Files.createDirectories(folder.resolve("broker-" + id));
                brokers.put(id, BrokerProcess.start(data, settings.toArray(String[]::new)));
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static ChildProcess startZooKeeper(Path folder, int port) throws IOException {
        var template = Files.readString(Checkout.distribution().resolve("config/zookeeper.properties"));
        var properties = Files.writeString(folder.resolve("zookeeper.properties"), template
                .replaceAll("dataDir=.*", "dataDir=" + folder.resolve("zookeeper"))
                .replaceAll("clientPort=.*", "clientPort=" + port));
        return ChildProcess.start(List.of(
                Checkout.distribution().resolve("bin/zookeeper-server-start.sh").toString(),
                properties.toString()));
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    BrokerProcess broker(int id) {
        return brokers.get(id);
    }

    List<Integer> ids() {
        return List.copyOf(brokers.keySet());
    }

    ChildProcess zookeeper() {
        return zookeeper;
    }

    /** A connection to one broker; the test closes it. */
    Connection connect(int brokerId) {
        try {
            return connector.connect(loop.next(), "127.0.0.1", broker(brokerId).port())
                    .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("broker " + brokerId + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The addresses of all brokers. */
    String bootstrap() {
        return String.join(",", brokers.values().stream().map(BrokerProcess::bootstrap).toList());
    }

    /** Asks one broker over a connection of its own. */
    <R extends ApiMessage> R ask(int brokerId, ApiRequest<R> request) {
        var connection = connect(brokerId);
        try {
            return connection.send(request, PATIENCE_MS).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("broker " + brokerId + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            connection.close();
        }
    }

    /** All topics as one broker describes them. */
    Metadata.Response metadata(int brokerId) {
        return ask(brokerId, new Metadata.Request(null, false, false, false));
    }

    int controller(int askedBroker) {
        return metadata(askedBroker).controllerId();
    }

    /** Returns once a broker's metadata is as wanted; answers how long that took. */
    Duration await(int brokerId, String what, Predicate<Metadata.Response> wanted) {
        long startNs = System.nanoTime();
        Deadline.in(Duration.ofMillis(PATIENCE_MS)).await(what, () -> wanted.test(metadata(brokerId)));
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    @Override
    public void close() {
        brokers.values().forEach(BrokerProcess::close);
        zookeeper.kill();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
