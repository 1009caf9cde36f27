package io.millrace.broker.log.cleaner;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The newest offset of each key of a log's dirty part, by the keys' hashes, in memory of fixed size outside the heap
 * that {@link #close} gives back. One cleaner thread.
 * <pre>
 *   slot, 24 bytes: | hash 16 | offset + 1, 0 in a free slot 8 |      a taken slot sends its next key to the one behind
 * </pre>
 */
final class KeyMap implements AutoCloseable {
    static final int SLOT_BYTES = 24;
    static final long ABSENT = -1;

    private static final int HIGH_AT = 8;
    private static final int OFFSET_AT = 16;

    private final ByteBuf slots;
    private final int slotCount;
    private final int mostKeys;
    private final KeyHash hash = KeyHash.withNewSecret();
    private int keyCount;
    private long latestOffset = ABSENT;

    /** As large as the keys need that can be there at most, within so many bytes; at least one key fits. */
    KeyMap(int maxBytes, double loadFactor, long possibleKeys) {
        long wanted = (long) Math.ceil((possibleKeys + 1) / loadFactor) + 1;
        slotCount = (int) Math.max(2, Math.min(maxBytes / SLOT_BYTES, wanted));
        mostKeys = Math.max(1, Math.min(slotCount - 1, (int) (slotCount * loadFactor)));
        slots = Unpooled.directBuffer(slotCount * SLOT_BYTES, slotCount * SLOT_BYTES);
        slots.setZero(0, slotCount * SLOT_BYTES);
    }

    /** Notes a key's record, which is newer than all before it; false if there is no room for another key. */
    boolean put(ByteBuf key, int index, int length, long offset) {
        int at = slotOf(key, index, length);
        if (slots.getLong(at + OFFSET_AT) == 0) {
            if (keyCount == mostKeys) {
                return false;
            }
            keyCount++;
            slots.setLong(at, hash.low());
            slots.setLong(at + HIGH_AT, hash.high());
        }
        slots.setLong(at + OFFSET_AT, offset + 1);
        latestOffset = offset;
        return true;
    }

    /** Of the key's newest record, or {@link #ABSENT}. */
    long offsetOf(ByteBuf key, int index, int length) {
        return slots.getLong(slotOf(key, index, length) + OFFSET_AT) - 1;
    }

    /** Where the key is, or would be. */
    private int slotOf(ByteBuf key, int index, int length) {
        hash.hash(key, index, length);
        long low = hash.low();
        long high = hash.high();
        int slot = (int) Math.multiplyHigh(low >>> 1, 2L * slotCount);
        while (true) {
            int at = slot * SLOT_BYTES;
            if (slots.getLong(at + OFFSET_AT) == 0
                    || slots.getLong(at) == low && slots.getLong(at + HIGH_AT) == high) {
                return at;
            }
            slot = slot + 1 == slotCount ? 0 : slot + 1;
        }
    }

    /** All records up to this offset are in the map, as far as they have a key and count. */
    long latestOffset() {
        return latestOffset;
    }

    void advanceLatestOffset(long offset) {
        latestOffset = Math.max(latestOffset, offset);
    }

    int keyCount() {
        return keyCount;
    }

    int sizeInBytes() {
        return slotCount * SLOT_BYTES;
    }

    @Override
    public void close() {
        slots.release();
    }
}
