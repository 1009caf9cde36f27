package io.millrace.protocol.wire;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** A 128-bit identifier; its text form is URL-safe base64 without padding, 22 characters (KIP-516). */
public record Uuid(long mostSignificantBits, long leastSignificantBits) implements Comparable<Uuid> {

    /** All zero: "no id". */
    public static final Uuid ZERO = new Uuid(0, 0);

    private static final RandomGenerator SOURCE = new SecureRandom();

    /** A random id; never {@link #ZERO}, and never one whose text starts with a dash (awkward on a command line). */
    public static Uuid random() {
        return random(SOURCE);
    }

    /** The same from this source of chance. */
    public static Uuid random(RandomGenerator source) {
        while (true) {
            long high = source.nextLong() & ~0xF000L | 0x4000L;
            long low = source.nextLong() & Long.MAX_VALUE >>> 1 | Long.MIN_VALUE;
            var uuid = new Uuid(high, low);
            if (!uuid.toString().startsWith("-")) {
                return uuid;
            }
        }
    }

    /** Parses the 22-character form; throws {@link IllegalArgumentException} on anything else. */
    public static Uuid parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != 16) {
            throw new IllegalArgumentException("not a 22-character base64 id: " + text);
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new Uuid(buffer.getLong(), buffer.getLong());
    }

    @Override
    public int compareTo(Uuid other) {
        int high = Long.compare(mostSignificantBits, other.mostSignificantBits);
        return high != 0 ? high : Long.compare(leastSignificantBits, other.leastSignificantBits);
    }

    @Override
    public String toString() {
        var bytes = ByteBuffer.allocate(16).putLong(mostSignificantBits).putLong(leastSignificantBits)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
