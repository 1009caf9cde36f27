package io.millrace.producer.batch;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Who is to be told about each record of a batch, in chunks that are made when they are needed and stay. Set by the
 * threads that claimed the places; read and cleared by the producer's thread once all of them are done.
 */
final class Deliveries {
    private static final int CHUNK_BITS = 7;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final AtomicReferenceArray<Delivery[]> chunks;
    private volatile boolean isUsed;

    Deliveries(int mostRecords) {
        chunks = new AtomicReferenceArray<>((mostRecords >>> CHUNK_BITS) + 1);
    }

    void set(int index, Delivery delivery) {
        int place = index >>> CHUNK_BITS;
        var chunk = chunks.get(place);
        if (chunk == null) {
            chunks.compareAndSet(place, null, new Delivery[CHUNK]);
            chunk = chunks.get(place);
        }
        chunk[index & CHUNK - 1] = delivery;
        if (!isUsed) {
            isUsed = true;
        }
    }

    /** Whether anybody is to be told of anything. */
    boolean isUsed() {
        return isUsed;
    }

    /** Who is to be told about a record, or null; it is forgotten here. */
    Delivery take(int index) {
        var chunk = chunks.get(index >>> CHUNK_BITS);
        if (chunk == null) {
            return null;
        }
        var delivery = chunk[index & CHUNK - 1];
        chunk[index & CHUNK - 1] = null;
        return delivery;
    }

    void clear() {
        isUsed = false;
    }
}
