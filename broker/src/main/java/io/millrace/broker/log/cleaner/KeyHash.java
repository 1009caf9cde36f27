package io.millrace.broker.log.cleaner;

import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;

/**
 * 128 bits that stand for a record's key: SipHash-2-4 under a secret that lives as long as the object, so that nobody
 * can choose two keys that collide (Aumasson and Bernstein, 2012). One thread.
 */
final class KeyHash {
    private static final long INIT_0 = 0x736f6d6570736575L;
    private static final long INIT_1 = 0x646f72616e646f6dL;
    private static final long INIT_2 = 0x6c7967656e657261L;
    private static final long INIT_3 = 0x7465646279746573L;
    private static final int WIDE_MARK = 0xee;
    private static final int HIGH_MARK = 0xdd;
    private static final int FINAL_ROUNDS = 4;

    private final long secret0;
    private final long secret1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long low;
    private long high;

    KeyHash(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    static KeyHash withNewSecret() {
        var random = new SecureRandom();
        return new KeyHash(random.nextLong(), random.nextLong());
    }

    /** The first half of the last hash. */
    long low() {
        return low;
    }

    /** The second half of the last hash. */
    long high() {
        return high;
    }

    /** Hashes bytes of a buffer; {@link #low} and {@link #high} hold the result until the next call. */
    void hash(ByteBuf bytes, int index, int length) {
        v0 = secret0 ^ INIT_0;
        v1 = secret1 ^ INIT_1 ^ WIDE_MARK;
        v2 = secret0 ^ INIT_2;
        v3 = secret1 ^ INIT_3;
        int wholeEnd = index + (length & -Long.BYTES);
        int at = index;
        for (; at < wholeEnd; at += Long.BYTES) {
            mix(bytes.getLongLE(at));
        }
        long rest = (long) length << 56;
        for (int shift = 0; at < index + length; at++, shift += Byte.SIZE) {
            rest |= (bytes.getByte(at) & 0xffL) << shift;
        }
        mix(rest);
        v2 ^= WIDE_MARK;
        low = finish();
        v1 ^= HIGH_MARK;
        high = finish();
    }

    private void mix(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finish() {
        for (int i = 0; i < FINAL_ROUNDS; i++) {
            round();
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
