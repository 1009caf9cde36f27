package io.millrace.protocol.cluster;

/** A broker and where it listens; the rack is null if it has none. An id below 0 is a bootstrap address. */
public record Node(int id, String host, int port, String rack) {

    /** Whether it is only an address so far, whose broker nobody has named. */
    public boolean isBootstrap() {
        return id < 0;
    }

    /** Whether both are reached at the same address. */
    public boolean isAt(Node other) {
        return port == other.port && host.equals(other.host);
    }

    @Override
    public String toString() {
        return host + ":" + port + (isBootstrap() ? " (bootstrap)" : " (node " + id + ")");
    }
}
