package io.millrace.broker.log.recovery;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.segment.SegmentFile;
import io.millrace.broker.log.segment.SegmentIndexes;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was known of a log at an offset up to which its active segment was forced: its file {@code recovery-mark}. With it
 * a recovery need not read what lies below. A mark that is missing, damaged or of another segment costs time, no more.
 * Immutable; reading and writing block.
 * <pre>
 *   | version 2 = 0 | CRC-32C of the rest 4 |
 *   | base offset of the segment 8 | offset 8 | its position 4 | leader epoch before it 4 |
 *   | fingerprint of the last indexed batch 8 | indexes: length 4, bytes | producers: length 4, .snapshot |
 * </pre>
 */
public record RecoveryMark(long baseOffset, long offset, int position, int leaderEpoch,
        SegmentIndexes indexes, ProducerSnapshot producers) {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryMark.class);
    private static final String FILE_NAME = "recovery-mark";
    private static final short VERSION = 0;
    private static final int CRC_AT = 2;
    private static final int FIELDS_AT = 6;
    private static final int FIXED_BYTES = FIELDS_AT + 3 * Long.BYTES + 4 * Integer.BYTES;

    /** Puts this in the place of an earlier mark; the segment is forced up to the offset. */
    public void write(Path folder) throws IOException {
        var indexed = indexes.encode();
        var remembered = producers.encode();
        var bytes = ByteBuffer.allocate(FIXED_BYTES + indexed.remaining() + remembered.remaining());
        bytes.putShort(VERSION).putInt(0);
        bytes.putLong(baseOffset).putLong(offset).putInt(position).putInt(leaderEpoch);
        bytes.putLong(indexes.fingerprint(new SegmentFile(folder, baseOffset, position)));
        bytes.putInt(indexed.remaining()).put(indexed).putInt(remembered.remaining()).put(remembered);
        bytes.flip();
        bytes.putInt(CRC_AT, crcOf(bytes));
        DurableFile.replaceUnforced(folder.resolve(FILE_NAME), bytes);
    }

    /** The mark inside a segment; null if there is none that fits. */
    public static RecoveryMark read(SegmentFile segment) throws IOException {
        var file = segment.folder().resolve(FILE_NAME);
        try {
            return decode(file, ByteBuffer.wrap(Files.readAllBytes(file)), segment);
        } catch (NoSuchFileException e) {
            return null;
        } catch (DamagedFileException | BufferUnderflowException | IllegalArgumentException e) {
            LOG.warn("{} is damaged; all of {} is read instead", file, segment.path());
            return null;
        }
    }

    private static RecoveryMark decode(Path file, ByteBuffer bytes, SegmentFile segment) throws IOException {
        if (bytes.getShort() != VERSION || bytes.getInt() != crcOf(bytes.duplicate().rewind())) {
            throw new DamagedFileException(file, "its checksum is wrong");
        }
        long baseOffset = bytes.getLong();
        long offset = bytes.getLong();
        int position = bytes.getInt();
        int leaderEpoch = bytes.getInt();
        long fingerprint = bytes.getLong();
        if (baseOffset != segment.baseOffset() || position > segment.sizeInBytes()) {
            return null;
        }
        var indexes = SegmentIndexes.decode(part(bytes), position, file);
        var producers = ProducerSnapshot.decode(offset, part(bytes), file);
        boolean fits = indexes != null && indexes.fingerprint(segment) == fingerprint;
        return fits ? new RecoveryMark(baseOffset, offset, position, leaderEpoch, indexes, producers) : null;
    }

    private static ByteBuffer part(ByteBuffer bytes) {
        int length = bytes.getInt();
        var part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    private static int crcOf(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate().position(FIELDS_AT));
        return (int) crc.getValue();
    }

    /** Takes the mark away for good, before what it says stops being true. */
    public static void remove(Path folder) throws IOException {
        if (Files.deleteIfExists(folder.resolve(FILE_NAME))) {
            DurableFile.forceFolder(folder);
        }
    }
}
