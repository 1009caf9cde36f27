package io.millrace.broker.history;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A batch as a segment file holds it, by the digest of all its bytes. Read without a mapping, also below a running
 * broker; files are allocated ahead, so a length of 0 ends them. Immutable.
 * <pre>
 *   0 base offset | 8 length of what follows | 12 epoch | 16 magic | 17 crc of what follows it | 21 .. | 23 last offset delta ..
 * </pre>
 */
record StoredBatch(long baseOffset, long lastOffset, int digest, boolean isIntact) {
    private static final int LENGTH_AT = 8;
    private static final int PREFIX_BYTES = 12;
    private static final int CRC_AT = 17;
    private static final int CHECKED_FROM = 21;
    private static final int LAST_OFFSET_DELTA_AT = 23;
    private static final int LEAST_BYTES = 61;

    /** All batches of a partition's folder, in the order of its segments. */
    static List<StoredBatch> readFolder(Path folder) {
        var batches = new ArrayList<StoredBatch>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(file -> file.getFileName().toString().matches("\\d{20}\\.log"))
                    .sorted()
                    .toList()) {
                readSegment(file, batches);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return batches;
    }

    private static void readSegment(Path file, List<StoredBatch> into) throws IOException {
        try (var channel = FileChannel.open(file)) {
            long size = channel.size();
            var prefix = ByteBuffer.allocate(PREFIX_BYTES);
            for (long position = 0; position + LEAST_BYTES <= size;) {
                read(channel, prefix.clear(), position);
                int bytes = PREFIX_BYTES + prefix.getInt(LENGTH_AT);
                if (bytes < LEAST_BYTES || position + bytes > size) {
                    return;
                }
                var batch = ByteBuffer.allocate(bytes);
                read(channel, batch, position);
                into.add(of(batch));
                position += bytes;
            }
        }
    }

    private static void read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
    }

    private static StoredBatch of(ByteBuffer batch) {
        long baseOffset = batch.getLong(0);
        return new StoredBatch(baseOffset, baseOffset + batch.getInt(LAST_OFFSET_DELTA_AT),
                checksum(batch, 0),
                checksum(batch, CHECKED_FROM) == batch.getInt(CRC_AT));
    }

    private static int checksum(ByteBuffer batch, int from) {
        var crc = new CRC32C();
        crc.update(batch.slice(from, batch.capacity() - from));
        return (int) crc.getValue();
    }
}
