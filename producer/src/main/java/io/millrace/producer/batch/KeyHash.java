package io.millrace.producer.batch;

/**
 * Austin Appleby's 32-bit MurmurHash2 with the seed that Kafka's clients use, so that all clients agree on a key's
 * partition. Stateless.
 */
public final class KeyHash {
    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;

    private KeyHash() {}

    /** The partition, of so many, for a key of these bytes. */
    public static int partition(byte[] key, int start, int length, int partitions) {
        return (murmur2(key, start, length) & Integer.MAX_VALUE) % partitions;
    }

    static int murmur2(byte[] data, int start, int length) {
        int hash = SEED ^ length;
        int at = start;
        for (int words = length >>> 2; words > 0; words--, at += 4) {
            int word = data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16
                    | data[at + 3] << 24;
            word *= MULTIPLIER;
            word ^= word >>> SHIFT;
            hash = hash * MULTIPLIER ^ word * MULTIPLIER;
        }
        int rest = length & 3;
        if (rest > 0) {
            int tail = data[at] & 0xff;
            tail |= rest > 1 ? (data[at + 1] & 0xff) << 8 : 0;
            tail |= rest > 2 ? (data[at + 2] & 0xff) << 16 : 0;
            hash = (hash ^ tail) * MULTIPLIER;
        }
        hash = (hash ^ hash >>> 13) * MULTIPLIER;
        return hash ^ hash >>> 15;
    }
}
