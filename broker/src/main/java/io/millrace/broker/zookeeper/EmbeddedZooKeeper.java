package io.millrace.broker.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server inside this process, on loopback; its folder must lie under a lock that the process holds. Writes
 * are forced to disk before they are answered, and a thread of its own drops what newer snapshots cover.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
    private static final int TICK_MS = 500;
    private static final int LONGEST_SESSION_MS = 600_000;
    private static final int TRANSACTIONS_PER_SNAPSHOT = 10_000;
    private static final int MOST_CONNECTIONS = 1000;
    private static final int KEPT_SNAPSHOTS = 3;
    private static final long LOG_EXTENT_BYTES = 1 << 20;

    private final Server server;
    private final ConnectionFactory connections;
    private final ScheduledExecutorService purger = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "millrace-zookeeper-purge");
        thread.setDaemon(true);
        return thread;
    });

    private EmbeddedZooKeeper(Server server, ConnectionFactory connections) {
        this.server = server;
        this.connections = connections;
    }

    /** Starts on a loopback port, 0 for a free one; returns when the server answers. */
    public static EmbeddedZooKeeper start(Path folder, int port) {
        trim();
        try {
            Files.createDirectories(folder);
            new SpareFiles(folder).makeRoom();
            var server = new Server(folder);
            var connections = new ConnectionFactory();
            connections.configure(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                    0);
            connections.startup(server);
            var embedded = new EmbeddedZooKeeper(server, connections);
            embedded.purger.scheduleWithFixedDelay(() -> embedded.purge(folder), 1, 3600, TimeUnit.SECONDS);
            return embedded;
        } catch (BindException e) {
            throw new UncheckedIOException("Embedded ZooKeeper cannot listen on 127.0.0.1:" + port
                    + ": another process has the port; set zookeeper.embedded.port=0 to take a free one", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Embedded ZooKeeper cannot use " + folder + ": " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ZooKeeper started", e);
        }
    }

    /** One selector thread serves a broker well; management beans, digests and 64 MiB log extents only cost time. */
    private static void trim() {
        setIfAbsent("zookeeper.nio.numSelectorThreads", "1");
        setIfAbsent("zookeeper.nio.numWorkerThreads", "0");
        setIfAbsent("zookeeper.snapCount", Integer.toString(TRANSACTIONS_PER_SNAPSHOT));
        setIfAbsent("zookeeper.maxCnxns", Integer.toString(MOST_CONNECTIONS));
        setIfAbsent("zookeeper.admin.enableServer", "false");
        ZooKeeperServer.setDigestEnabled(false);
        FileTxnLog.setPreallocSize(LOG_EXTENT_BYTES);
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    public int port() {
        return connections.getLocalPort();
    }

    public ZooKeeperAddress address() {
        return ZooKeeperAddress.loopback(port());
    }

    /** What it frees makes room for spare files. */
    private void purge(Path folder) {
        try {
            PurgeTxnLog.purge(folder.toFile(), folder.toFile(), KEPT_SNAPSHOTS);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Old ZooKeeper snapshots in {} could not be deleted; trying again in an hour", folder,
                    e);
        }
        new SpareFiles(folder).hold();
    }

    /** Stops the server; what it answered is on disk, and a later start finds it. */
    @Override
    public void close() {
        purger.shutdown();
        connections.shutdown();
        server.shutdown();
    }

    /** The server without management beans and gauges. */
    private static final class Server extends ZooKeeperServer {
        Server(Path folder) throws IOException {
            super(folder.toFile(), folder.toFile(), TICK_MS);
            setMinSessionTimeout(2 * TICK_MS);
            setMaxSessionTimeout(LONGEST_SESSION_MS);
        }

        @Override
        protected void registerJMX() {}

        @Override
        protected void unregisterJMX() {}

        @Override
        protected void registerMetrics() {}

        @Override
        protected void unregisterMetrics() {}
    }

    /** Its connections without management beans. */
    private static final class ConnectionFactory extends NIOServerCnxnFactory {
        @Override
        public void registerConnection(ServerCnxn connection) {}

        @Override
        public void unregisterConnection(ServerCnxn connection) {}
    }
}
