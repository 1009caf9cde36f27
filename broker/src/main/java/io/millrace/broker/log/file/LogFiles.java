package io.millrace.broker.log.file;

import java.nio.file.Path;

/**
 * Names of the files in a partition's folder, as Kafka has them. Stateless.
 * <pre>
 *   orders-0/                          topic, dash, partition
 *     00000000000000004711.log         batches from this offset on
 *     00000000000000004711.index       offset to position
 *     00000000000000004711.timeindex   timestamp to offset
 *     00000000000000004711.txnindex    aborted transactions
 *     00000000000000004711.aborted     the same with a checksum, as no one sees that a .txnindex is missing
 *     00000000000000004711.snapshot    producer state before this offset
 *     leader-epoch-checkpoint
 *     partition.metadata
 * </pre>
 */
public final class LogFiles {
    public static final String LOG = ".log";
    public static final String OFFSET_INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TRANSACTION_INDEX = ".txnindex";
    public static final String ABORTED = ".aborted";
    public static final String PRODUCER_SNAPSHOT = ".snapshot";

    private static final int DIGITS = 20;

    private LogFiles() {}

    /** The name of the file of one kind that begins at an offset. */
    public static String name(long offset, String suffix) {
        var digits = Long.toString(offset);
        return "0".repeat(DIGITS - digits.length()) + digits + suffix;
    }

    /** The offset in a file's name, or -1 if it is not 20 digits and this suffix. */
    public static long offsetOf(Path file, String suffix) {
        var name = file.getFileName().toString();
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return -1;
        }
        long offset = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9 || offset > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            offset = offset * 10 + digit;
        }
        return offset;
    }
}
