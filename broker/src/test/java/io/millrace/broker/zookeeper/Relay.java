package io.millrace.broker.zookeeper;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and ZooKeeper and misbehaves when told to. Each direction of a connection is a thread. */
final class Relay implements AutoCloseable {

    /** What the relay does with connections and bytes. */
    enum Mode {
        PASS,
        /** Requests arrive, answers get lost. */
        SWALLOW_ANSWERS,
        /** Nothing arrives, new connections are closed. */
        CUT
    }

    private final int targetPort;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.PASS;

    Relay(int targetPort) throws IOException {
        this.targetPort = targetPort;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    ZooKeeperAddress address() {
        return ZooKeeperAddress.loopback(server.getLocalPort());
    }

    void become(Mode next) {
        mode = next;
    }

    /** Closes all connections; what the mode allows may connect again. */
    void dropConnections() {
        sockets.forEach(Relay::closeQuietly);
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (IOException closed) {
            dropConnections();
        }
    }

    private void serve(Socket client) {
        if (mode == Mode.CUT) {
            closeQuietly(client);
            return;
        }
        try {
            var target = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            sockets.addAll(List.of(client, target));
            start(() -> pump(client, target, false));
            start(() -> pump(target, client, true));
        } catch (IOException refused) {
            closeQuietly(client);
        }
    }

    private void pump(Socket from, Socket to, boolean areAnswers) {
        var buffer = new byte[8192];
        try (from; to) {
            for (int length; (length = from.getInputStream().read(buffer)) >= 0;) {
                boolean swallowed = mode == Mode.CUT || areAnswers && mode == Mode.SWALLOW_ANSWERS;
                if (!swallowed) {
                    to.getOutputStream().write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            closeQuietly(from);
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        dropConnections();
    }
}
