package io.millrace.broker.partition;

import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

/**
 * One checked batch on its way into a partition, and then what became of it. Handed to the partition's
 * owner, which fills in the outcome and tells the listener; the bytes stay with the caller until then. One that is
 * still being rewritten keeps its place.
 */
public final class Append {
    /** "No offset", "no timestamp": as the protocol writes them. */
    public static final long NONE = -1;

    /** Called on the partition's owner, once. */
    @FunctionalInterface
    public interface Listener {
        void appended(Append append);
    }

    private final ByteBuf sent;
    private final boolean needsAllReplicas;
    private final int timeoutMs;
    private final Listener listener;

    private long deadlineNs;
    private ByteBuf rewritten;
    private boolean isReady = true;
    private boolean isDone;
    private ErrorCode error = ErrorCode.NONE;
    private String errorMessage;
    private long baseOffset = NONE;
    private long lastOffset = NONE;
    private long logAppendTimeMs = NONE;
    private long logStartOffset = NONE;

    /** {@code records} holds exactly one checked batch between its reader and writer index. */
    public Append(ByteBuf records, boolean needsAllReplicas, Listener listener) {
        this(records, needsAllReplicas, Integer.MAX_VALUE, listener);
    }

    /** Waits for replicas no longer than the timeout. */
    public Append(ByteBuf records, boolean needsAllReplicas, int timeoutMs, Listener listener) {
        this.sent = records;
        this.needsAllReplicas = needsAllReplicas;
        this.timeoutMs = timeoutMs;
        this.listener = listener;
    }

    /** It is in the log, and waits from now on. */
    void park(long nowNs) {
        deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(Math.max(0, timeoutMs));
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /** Before it is handed over: its bytes are not final, and {@link Partition#resume} will bring those that are. */
    public void hold() {
        isReady = false;
    }

    /** Takes over the final bytes. */
    void resume(ByteBuf finalRecords) {
        rewritten = finalRecords;
        isReady = true;
    }

    /** Whether it waits for nothing but its turn. */
    boolean isReady() {
        return isReady;
    }

    /** Whether the listener was told. */
    boolean isDone() {
        return isDone;
    }

    ByteBuf records() {
        return rewritten == null ? sent : rewritten;
    }

    int sizeInBytes() {
        return records().readableBytes();
    }

    boolean needsAllReplicas() {
        return needsAllReplicas;
    }

    void placeAt(long base, long last, long appendTimeMs, long startOffset) {
        baseOffset = base;
        lastOffset = last;
        logAppendTimeMs = appendTimeMs;
        logStartOffset = startOffset;
    }

    void succeed() {
        finish();
    }

    void fail(ErrorCode code, String message) {
        error = code;
        errorMessage = message;
        finish();
    }

    private void finish() {
        isDone = true;
        if (rewritten != null) {
            rewritten.release();
            rewritten = null;
        }
        listener.appended(this);
    }

    long lastOffset() {
        return lastOffset;
    }

    public ErrorCode error() {
        return error;
    }

    /** For the client's user; null without an error. */
    public String errorMessage() {
        return errorMessage;
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** Broker time of the batch on a LogAppendTime topic, else {@link #NONE}. */
    public long logAppendTimeMs() {
        return logAppendTimeMs;
    }

    public long logStartOffset() {
        return logStartOffset;
    }
}
