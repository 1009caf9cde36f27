package io.millrace.producer.batch;

import io.millrace.producer.serialization.ByteSink;
import io.millrace.protocol.record.Headers;
import io.millrace.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The serialized parts of the record that a thread is about to send. Reused; one per thread.
 * <pre>
 *   | length | attributes 1 = 0 | timestamp delta | offset delta | key length | key | value length | value | headers |
 *   lengths and deltas are zig-zag varints; headers: | count | key length | key | value length | value | ...
 * </pre>
 */
public final class RecordParts {
    /** The most that lengths and deltas of one record take. */
    static final int MOST_EXTRA_BYTES = 40;
    /** No record is shorter. */
    static final int FEWEST_BYTES = 7;

    private final ByteSink key = new ByteSink();
    private final ByteSink value = new ByteSink();
    private final ByteSink headers = new ByteSink();

    public ByteSink key() {
        return key;
    }

    public ByteSink value() {
        return value;
    }

    /** Forgets the last record. */
    public void reset() {
        key.reset();
        value.reset();
        headers.reset();
    }

    /** Takes the headers, or none if they are null. */
    public void headers(Headers from) {
        int count = from == null ? 0 : from.size();
        putVarint(headers, count);
        for (int i = 0; i < count; i++) {
            putHeader(from.get(i));
        }
    }

    private void putHeader(RecordHeader header) {
        byte[] name = header.key().getBytes(StandardCharsets.UTF_8);
        putVarint(headers, name.length);
        headers.put(name, 0, name.length);
        if (header.value() == null) {
            putVarint(headers, -1);
        } else {
            byte[] content = header.value().toArray();
            putVarint(headers, content.length);
            headers.put(content, 0, content.length);
        }
    }

    private static void putVarint(ByteSink sink, int value) {
        int rest = value << 1 ^ value >> 31;
        while ((rest & ~0x7f) != 0) {
            sink.putByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        sink.putByte(rest);
    }

    /** The most that the record takes in a batch. */
    public long mostBytes() {
        return (long) MOST_EXTRA_BYTES + Math.max(0, key.length()) + Math.max(0, value.length())
                + headers.length();
    }

    /** What follows the record's length. */
    int bodyBytes(long timestampDelta, int offsetDelta) {
        return 1 + Varints.sizeOf(timestampDelta) + Varints.sizeOf(offsetDelta)
                + Varints.sizeOf(key.length()) + Math.max(0, key.length())
                + Varints.sizeOf(value.length()) + Math.max(0, value.length()) + headers.length();
    }

    /** Writes the record at a position that is its own. */
    void writeTo(ByteBuffer batch, int position, int bodyBytes, long timestampDelta, int offsetDelta) {
        int at = Varints.put(batch, position, bodyBytes);
        batch.put(at++, (byte) 0);
        at = Varints.put(batch, at, timestampDelta);
        at = Varints.put(batch, at, offsetDelta);
        at = put(batch, at, key);
        at = put(batch, at, value);
        batch.put(at, headers.array(), headers.start(), headers.length());
    }

    private static int put(ByteBuffer batch, int position, ByteSink part) {
        int at = Varints.put(batch, position, part.length());
        if (part.length() > 0) {
            batch.put(at, part.array(), part.start(), part.length());
            return at + part.length();
        }
        return at;
    }
}
