package io.millrace.protocol.client;

import io.millrace.protocol.cluster.Node;
import java.util.concurrent.CompletableFuture;

/** The connection to one node: none, being opened, or open; and when the next try is due. Owned by the client's loop. */
final class NodeLink {
    private final Node node;
    private CompletableFuture<Connection> opening;
    private Connection connection;
    private RuntimeException lastFailure;
    private int failures;
    private long retryAtNs;
    private long usedAtNs;

    NodeLink(Node node, long nowNs) {
        this.node = node;
        this.retryAtNs = nowNs;
    }

    Node node() {
        return node;
    }

    /** The connection, or null unless it is open. */
    Connection connection() {
        return connection;
    }

    CompletableFuture<Connection> opening() {
        return opening;
    }

    int failures() {
        return failures;
    }

    RuntimeException lastFailure() {
        return lastFailure;
    }

    void begin(CompletableFuture<Connection> opened) {
        opening = opened;
    }

    void opened(Connection open) {
        opening = null;
        connection = open;
        failures = 0;
    }

    /** Notes that it could not be opened, or has ended. */
    void failed(RuntimeException failure, long nextTryNs) {
        opening = null;
        connection = null;
        failures++;
        lastFailure = failure;
        retryAtNs = nextTryNs;
    }

    void use(long nowNs) {
        usedAtNs = nowNs;
    }

    boolean isIdleSince(long ns) {
        return connection != null && connection.callsUnderWay() == 0 && usedAtNs - ns < 0;
    }

    /** Whether a new connection may be opened only later. */
    boolean isBackingOff(long nowNs) {
        return connection == null && opening == null && retryAtNs - nowNs > 0;
    }

    long retryAtNs() {
        return retryAtNs;
    }
}
