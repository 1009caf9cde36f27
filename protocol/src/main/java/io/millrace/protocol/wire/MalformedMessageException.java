package io.millrace.protocol.wire;

/** Bytes that do not decode: a lying length, a truncated field, an overlong varint. The connection is closed. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
