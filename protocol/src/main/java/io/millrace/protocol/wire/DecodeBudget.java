package io.millrace.protocol.wire;

/**
 * The memory that one message may take once it is decoded, and how much of it is spent. A record of a few bytes on the
 * wire is an object of many, so a message's own size does not bound it. Estimates are for a 64-bit JVM with compressed
 * pointers, rounded up. Used by one thread.
 */
public final class DecodeBudget {
    private static final int OBJECT_BYTES = 16;
    private static final int REFERENCE_BYTES = 4;
    private static final int COMPONENT_BYTES = 8;
    private static final int STRING_BYTES = 48;
    private static final int LIST_BYTES = 64;

    private final long limitBytes;
    private long spentBytes;

    public DecodeBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    public static DecodeBudget unlimited() {
        return new DecodeBudget(Long.MAX_VALUE);
    }

    public long spentBytes() {
        return spentBytes;
    }

    /** An object of so many components. */
    public void record(int components) {
        spend(OBJECT_BYTES + (long) COMPONENT_BYTES * components);
    }

    public void string(int encodedBytes) {
        spend(STRING_BYTES + 2L * encodedBytes);
    }

    public void bytes(int length) {
        spend(2L * OBJECT_BYTES + length);
    }

    /** Before the list itself is set aside; boxed numbers are objects that nothing else counts. */
    public void list(int count, boolean hasNumbers) {
        spend(LIST_BYTES + (long) count * (REFERENCE_BYTES + (hasNumbers ? OBJECT_BYTES : 0)));
    }

    public void uuid() {
        spend(2L * OBJECT_BYTES);
    }

    private void spend(long bytes) {
        spentBytes += bytes;
        if (spentBytes > limitBytes) {
            throw new MalformedMessageException(
                    "it would take more than " + limitBytes + " bytes of memory once decoded");
        }
    }
}
