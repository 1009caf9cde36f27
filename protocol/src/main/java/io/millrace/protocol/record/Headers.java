package io.millrace.protocol.record;

import io.millrace.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The headers of one record, in order; a key may occur more than once. Used by one thread at a time. */
public final class Headers implements Iterable<RecordHeader> {
    private final List<RecordHeader> headers;

    /** No headers yet. */
    public Headers() {
        headers = new ArrayList<>();
    }

    /** A copy of these. */
    public Headers(Iterable<RecordHeader> from) {
        this();
        from.forEach(headers::add);
    }

    /** Appends a header; the value is copied and may be null. */
    public Headers add(String key, byte[] value) {
        return add(new RecordHeader(key, value == null ? null : Bytes.copyOf(value)));
    }

    /** Appends a header. */
    public Headers add(RecordHeader header) {
        if (header.key() == null) {
            throw new IllegalArgumentException("a header needs a key");
        }
        headers.add(header);
        return this;
    }

    /** Removes all headers with this key. */
    public Headers remove(String key) {
        headers.removeIf(header -> header.key().equals(key));
        return this;
    }

    /** The last header with this key, or null. */
    public RecordHeader lastHeader(String key) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).key().equals(key)) {
                return headers.get(i);
            }
        }
        return null;
    }

    /** All headers with this key, in order. */
    public List<RecordHeader> headers(String key) {
        return headers.stream().filter(header -> header.key().equals(key)).toList();
    }

    /** How many there are. */
    public int size() {
        return headers.size();
    }

    /** The header at this place. */
    public RecordHeader get(int index) {
        return headers.get(index);
    }

    /** All of them, in order. */
    public List<RecordHeader> toList() {
        return List.copyOf(headers);
    }

    @Override
    public Iterator<RecordHeader> iterator() {
        return headers.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && headers.equals(that.headers);
    }

    @Override
    public int hashCode() {
        return headers.hashCode();
    }

    @Override
    public String toString() {
        return headers.toString();
    }
}
