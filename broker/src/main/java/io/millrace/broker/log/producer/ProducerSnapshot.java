package io.millrace.broker.log.producer;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A partition's producer state at an offset, and its file {@code <offset, 20 digits>.snapshot}. Immutable.
 * A producer has up to five rows, oldest first: a reader that keeps one row per producer, as Kafka does, keeps the newest.
 * <pre>
 *   0         2     6       10
 *   | version | CRC | row   | rows, 46 bytes each
 *   | = 1     | 32C | count |        the CRC covers 6 to the end
 *
 *   0             8       10         14       22       26          34            42
 *   | producer id | epoch | last     | last   | offset | timestamp | coordinator | first offset of the  |
 *   |             |       | sequence | offset | delta  |           | epoch       | open transaction     |
 *                                                                  34  (int)     38 (long)             46
 * </pre>
 */
public record ProducerSnapshot(long offset, List<Batch> batches) {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int COUNT_AT = 6;
    private static final int HEADER_BYTES = 10;
    private static final int ROW_BYTES = 46;
    static final int NO_COORDINATOR_EPOCH = -1;

    /**
     * One remembered batch; an epoch that has none is a row with last offset -1. The transaction is that of the
     * producer, open at the snapshot's offset, and starts at -1 if there is none.
     */
    public record Batch(
            long producerId,
            short epoch,
            int lastSequence,
            long lastOffset,
            int offsetDelta,
            long timestampMs,
            int coordinatorEpoch,
            long transactionStart) {}

    public static String fileName(long offset) {
        return LogFiles.name(offset, LogFiles.PRODUCER_SNAPSHOT);
    }

    /** Writes the file into a partition's folder; a power cut may damage it, and a reader then takes an older one. Blocks. */
    public void write(Path folder) throws IOException {
        DurableFile.replaceUnforced(folder.resolve(fileName(offset)), encode());
    }

    /** Reads a file; {@link DamagedFileException} if it is not whole. Blocks. */
    public static ProducerSnapshot read(Path file) throws IOException {
        return decode(LogFiles.offsetOf(file, LogFiles.PRODUCER_SNAPSHOT),
                ByteBuffer.wrap(Files.readAllBytes(file)), file);
    }

    /** The bytes of the file. */
    public ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(HEADER_BYTES + batches.size() * ROW_BYTES);
        bytes.putShort(VERSION).putInt(0).putInt(batches.size());
        for (var batch : batches) {
            bytes.putLong(batch.producerId).putShort(batch.epoch).putInt(batch.lastSequence)
                    .putLong(batch.lastOffset).putInt(batch.offsetDelta).putLong(batch.timestampMs)
                    .putInt(batch.coordinatorEpoch)
                    .putLong(batch.transactionStart);
        }
        bytes.flip();
        return bytes.putInt(CRC_AT, crcOf(bytes));
    }

    /** A snapshot of the bytes of a file, which an error names. */
    public static ProducerSnapshot decode(long offset, ByteBuffer bytes, Path file) throws IOException {
        if (bytes.limit() < HEADER_BYTES) {
            throw new DamagedFileException(file, "it is shorter than its header");
        }
        if (bytes.getShort(0) != VERSION) {
            throw new DamagedFileException(file, "its version is " + bytes.getShort(0) + ", not " + VERSION);
        }
        int count = bytes.getInt(COUNT_AT);
        if (count < 0 || HEADER_BYTES + (long) count * ROW_BYTES != bytes.limit()) {
            throw new DamagedFileException(file, "its length does not fit its " + count + " rows");
        }
        if (bytes.getInt(CRC_AT) != crcOf(bytes)) {
            throw new DamagedFileException(file, "its checksum is wrong");
        }
        var batches = new ArrayList<Batch>(count);
        for (int row = 0; row < count; row++) {
            bytes.position(HEADER_BYTES + row * ROW_BYTES);
            batches.add(new Batch(bytes.getLong(), bytes.getShort(), bytes.getInt(), bytes.getLong(),
                    bytes.getInt(), bytes.getLong(), bytes.getInt(), bytes.getLong()));
        }
        return new ProducerSnapshot(offset, batches);
    }

    private static int crcOf(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(COUNT_AT));
        return (int) crc.getValue();
    }
}
