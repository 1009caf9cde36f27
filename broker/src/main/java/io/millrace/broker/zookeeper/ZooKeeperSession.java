package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryForever;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker's sessions with ZooKeeper, one after the other: tells listeners of them, and has what failed for lack of a
 * connection tried again. Requests go through {@link #requests}. Safe to call from any thread. Close it after everything
 * that uses it: its ephemeral nodes vanish with it.
 */
public final class ZooKeeperSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperSession.class);
    private static final int RETRY_INTERVAL_MS = 200;

    private final Znodes znodes;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> retries = new ConcurrentLinkedQueue<>();
    private final Link link;
    private volatile long announcedSessionId;
    private volatile boolean closed;

    /** What keeps a session alive, and opens a new one when it is lost. */
    interface Link {
        ZooKeeperRequests requests();

        boolean isConnected();

        /** Id of the session that owns the nodes which requests make now. */
        long sessionId();

        int sessionTimeoutMs();

        void close();
    }

    /** The link tells its states, from its own threads, once it is started. */
    ZooKeeperSession(Znodes znodes, Function<Consumer<ConnectionState>, Link> link) {
        this.znodes = znodes;
        this.link = link.apply(this::onState);
    }

    /** Waits for the first connection; the message of a failure names the servers. */
    public static ZooKeeperSession connect(
            ZooKeeperAddress address, int sessionTimeoutMs, int connectionTimeoutMs) {
        var session = new ZooKeeperSession(new Znodes(address.chroot()),
                states -> new CuratorLink(address, sessionTimeoutMs, connectionTimeoutMs, states));
        try {
            ((CuratorLink) session.link).start(connectionTimeoutMs);
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** A session that Curator looks after. */
    private static final class CuratorLink implements Link {
        private final CuratorFramework curator;
        private final ZooKeeperRequests requests = new ZooKeeperRequests(() -> this.handle);
        private final String servers;
        private volatile ZooKeeper handle;

        CuratorLink(ZooKeeperAddress address, int sessionTimeoutMs, int connectionTimeoutMs,
                Consumer<ConnectionState> states) {
            servers = address.servers();
            var config = new PlainClientConfig();
            config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
            curator = CuratorFrameworkFactory.builder()
                    .connectString(servers)
                    .sessionTimeoutMs(sessionTimeoutMs)
                    .connectionTimeoutMs(Math.min(sessionTimeoutMs, connectionTimeoutMs))
                    .retryPolicy(new RetryForever(RETRY_INTERVAL_MS))
                    .ensembleTracker(false)
                    .zkClientConfig(config)
                    .zookeeperFactory(new SessionFactory())
                    .build();
            curator.getConnectionStateListenable().addListener((client, state) -> states.accept(state));
        }

        void start(int timeoutMs) {
            curator.start();
            try {
                if (!curator.blockUntilConnected(timeoutMs, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("ZooKeeper at " + servers + " does not answer within "
                            + timeoutMs + " ms; check zookeeper.connect and that it runs");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while connecting to ZooKeeper", e);
            }
        }

        /** Remembers each session that Curator opens. */
        private final class SessionFactory implements ZookeeperFactory {
            @Override
            public ZooKeeper newZooKeeper(String servers, int timeoutMs, Watcher watcher,
                    boolean canBeReadOnly) throws IOException {
                return newZooKeeper(servers, timeoutMs, watcher, canBeReadOnly, new ZKClientConfig());
            }

            @Override
            public ZooKeeper newZooKeeper(String servers, int timeoutMs, Watcher watcher,
                    boolean canBeReadOnly, ZKClientConfig config) throws IOException {
                handle = new ZooKeeper(servers, timeoutMs, watcher, canBeReadOnly, config);
                return handle;
            }
        }

        @Override
        public ZooKeeperRequests requests() {
            return requests;
        }

        @Override
        public boolean isConnected() {
            return handle.getState().isConnected();
        }

        @Override
        public long sessionId() {
            return handle.getSessionId();
        }

        @Override
        public int sessionTimeoutMs() {
            return handle.getSessionTimeout();
        }

        @Override
        public void close() {
            curator.close();
        }
    }

    /** Reads no TLS properties, which would load the JVM's whole TLS stack: a fifth of a second at start. */
    private static final class PlainClientConfig extends ZKClientConfig {
        @Override
        protected void handleBackwardCompatibility() {
            setProperty(JUTE_MAXBUFFER, System.getProperty(JUTE_MAXBUFFER));
        }
    }

    /** Makes the cluster's nodes if they are missing; answers the cluster's id. Waits for ZooKeeper. */
    public String createNodes() {
        try {
            return readClusterId().exceptionallyCompose(missing -> createMissing()).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("ZooKeeper cannot hold the cluster's nodes under "
                    + (znodes.root().isEmpty() ? "/" : znodes.root()) + ": " + e.getCause().getMessage(), e);
        }
    }

    private CompletableFuture<String> readClusterId() {
        return requests().read(znodes.clusterId()).thenApply(node -> new String(node.data(), UTF_8));
    }

    private CompletableFuture<String> createMissing() {
        var created = new ArrayList<CompletableFuture<?>>();
        var root = znodes.root();
        for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
            created.add(ensure(root.substring(0, slash), ""));
        }
        if (!root.isEmpty()) {
            created.add(ensure(root, ""));
        }
        created.add(ensure(parentOf(znodes.brokerIds()), ""));
        created.add(ensure(znodes.brokerIds(), ""));
        created.add(ensure(parentOf(znodes.log()), ""));
        created.add(ensure(znodes.log(), ""));
        created.add(ensure(znodes.snapshots(), ""));
        created.add(ensure(znodes.head(), ""));
        created.add(ensure(znodes.controllerEpoch(), "0"));
        return CompletableFuture.allOf(created.toArray(CompletableFuture[]::new))
                .thenCompose(all -> ensure(znodes.clusterId(), Uuid.random().toString()))
                .thenCompose(all -> readClusterId());
    }

    private static String parentOf(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private CompletableFuture<?> ensure(String path, String data) {
        return requests().create(path, data.getBytes(UTF_8), CreateMode.PERSISTENT)
                .handle((stat, failure) -> {
                    if (failure != null && ZooKeeperException.codeOf(failure) != Code.NODEEXISTS) {
                        throw new CompletionException(failure);
                    }
                    return stat;
                });
    }

    private void onState(ConnectionState state) {
        switch (state) {
            case CONNECTED, RECONNECTED -> onConnected(link.sessionId());
            case LOST -> onLost();
            default -> LOG.warn("ZooKeeper does not answer; cluster changes wait until it does");
        }
    }

    private void onConnected(long id) {
        boolean newSession = id != announcedSessionId;
        if (newSession && announcedSessionId != 0) {
            onLost();
        }
        announcedSessionId = id;
        LOG.info("Connected to ZooKeeper, session 0x{}{}", Long.toHexString(id),
                newSession ? "" : " goes on");
        listeners.forEach(listener -> listener.onConnected(newSession));
        runRetries();
    }

    private void onLost() {
        if (announcedSessionId != 0) {
            LOG.warn("ZooKeeper session 0x{} is over", Long.toHexString(announcedSessionId));
            announcedSessionId = 0;
            listeners.forEach(SessionListener::onLost);
        }
    }

    /** Runs at once when connected, else as soon as the connection is back. */
    void onceConnected(Runnable retry) {
        retries.add(retry);
        if (link.isConnected()) {
            runRetries();
        }
    }

    private void runRetries() {
        for (var retry = retries.poll(); retry != null; retry = retries.poll()) {
            retry.run();
        }
    }

    /** Adds a listener; what it missed is told to it as soon as the session is connected. */
    void addListener(SessionListener listener) {
        listeners.add(listener);
        onceConnected(() -> listener.onConnected(true));
    }

    ZooKeeperRequests requests() {
        return link.requests();
    }

    Znodes znodes() {
        return znodes;
    }

    /** Id of the session that owns the nodes which requests make now. */
    long sessionId() {
        return link.sessionId();
    }

    /** What ZooKeeper granted: how long it keeps the nodes of a broker that went silent. */
    int sessionTimeoutMs() {
        return link.sessionTimeoutMs();
    }

    /** Posts to an owner for as long as the session is open; what comes later is of no interest to anybody. */
    Executor whileOpen(Executor owner) {
        return task -> {
            try {
                if (!closed) {
                    owner.execute(task);
                }
            } catch (RejectedExecutionException e) {
                if (!closed) {
                    throw e;
                }
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        retries.clear();
        link.close();
    }
}
