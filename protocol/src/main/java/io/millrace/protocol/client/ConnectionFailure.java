package io.millrace.protocol.client;

/** Why a connection could not be opened, or ended. What was under way may have been carried out or not. */
public final class ConnectionFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as one end can tell. */
    public enum Kind {
        /** The host answers, but nobody listens on the port: the process is gone. */
        REFUSED,
        /** The host is unknown, or does not answer in time. */
        UNREACHABLE,
        /** One of the two ends closed the socket, or it was reset. */
        CLOSED,
        /** A request had no answer in time; the others on the connection end with it. */
        TIMED_OUT,
        /** The peer sent bytes that make no sense. */
        MALFORMED
    }

    private final Kind kind;

    public ConnectionFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
