package io.millrace.broker.log.segment;

import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offset, time and transaction index of one segment, and its largest timestamp. The log's owner adds batches in
 * order; any thread looks up. Files are written when a segment is sealed, and read back when it is first
 * used.
 */
public final class SegmentIndexes {
    static final long NONE = -1;
    private static final int SAMPLED = 4096;
    private static final Logger LOG = LoggerFactory.getLogger(SegmentIndexes.class);

    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final TransactionIndex transactions;
    private int bytesSinceEntry;
    private volatile long firstTimestampMs = NONE;
    private volatile long maxTimestampMs;
    private int relativeOffsetOfMax;

    public SegmentIndexes() {
        this(new OffsetIndex(), new TimeIndex(), new TransactionIndex());
    }

    private SegmentIndexes(OffsetIndex offsets, TimeIndex times, TransactionIndex transactions) {
        this.offsets = offsets;
        this.times = times;
        this.transactions = transactions;
        maxTimestampMs = times.lastTimestampMs();
        relativeOffsetOfMax = times.lastRelativeOffset();
    }

    OffsetIndex offsets() {
        return offsets;
    }

    TimeIndex times() {
        return times;
    }

    public TransactionIndex transactions() {
        return transactions;
    }

    /** Notes a batch; every so many bytes of log one gets an entry. */
    public void batchAppended(int relativeLastOffset, int position, int sizeInBytes, long timestampMs,
            int intervalBytes) {
        if (position == 0) {
            firstTimestampMs = timestampMs;
        }
        if (timestampMs > maxTimestampMs) {
            relativeOffsetOfMax = relativeLastOffset;
            maxTimestampMs = timestampMs;
        }
        if (bytesSinceEntry > intervalBytes) {
            offsets.append(relativeLastOffset, position);
            times.append(maxTimestampMs, relativeOffsetOfMax);
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += sizeInBytes;
    }

    /** Whether nothing can be looked up here that is not found as fast without. */
    public boolean isEmpty() {
        return offsets.count() == 0 && transactions.isEmpty();
    }

    boolean isFull(int indexBytes) {
        return offsets.count() >= indexBytes / OffsetIndex.ENTRY_BYTES
                || times.count() >= indexBytes / TimeIndex.ENTRY_BYTES - 1;
    }

    /** The first batch's largest timestamp, from which a segment's age counts; {@link #NONE} if unknown. */
    long firstTimestampMs() {
        return firstTimestampMs;
    }

    long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** Forgets batches at or after an offset; the largest timestamp is that of the entries left. */
    void truncateTo(long relativeOffset, long baseOffset) {
        offsets.truncateTo(relativeOffset);
        times.truncateTo(relativeOffset);
        transactions.truncateTo(baseOffset + relativeOffset);
        bytesSinceEntry = 0;
        relativeOffsetOfMax = times.lastRelativeOffset();
        maxTimestampMs = times.lastTimestampMs();
    }

    /**
     * Writes the files, the largest timestamp as the last entry of its. Only that of the transactions is forced: the
     * others are made again if a power cut damaged them. Blocks; no batch may be added meanwhile.
     */
    public void write(Path folder, long baseOffset) throws IOException {
        write(folder, baseOffset, "");
    }

    /** The same under names with another ending. */
    public void write(Path folder, long baseOffset, String ending) throws IOException {
        times.append(maxTimestampMs, relativeOffsetOfMax);
        DurableFile.replaceUnforced(folder.resolve(LogFiles.name(baseOffset, LogFiles.OFFSET_INDEX + ending)),
                offsets.encode());
        DurableFile.replaceUnforced(folder.resolve(LogFiles.name(baseOffset, LogFiles.TIME_INDEX + ending)),
                times.encode());
        transactions.write(folder.resolve(LogFiles.name(baseOffset, LogFiles.TRANSACTION_INDEX + ending)));
    }

    /** Writes the one file that cannot be made from the segment alone. Blocks. */
    public void writeTransactions(Path folder, long baseOffset) throws IOException {
        transactions.write(folder.resolve(LogFiles.name(baseOffset, LogFiles.TRANSACTION_INDEX)));
    }

    /** Reads the files of a segment, or scans the segment if they are absent or make no sense. Blocks. */
    static SegmentIndexes load(Path folder, long baseOffset, int sizeInBytes, int intervalBytes)
            throws IOException {
        if (sizeInBytes == 0) {
            return new SegmentIndexes();
        }
        var offsetFile = folder.resolve(LogFiles.name(baseOffset, LogFiles.OFFSET_INDEX));
        var timeFile = folder.resolve(LogFiles.name(baseOffset, LogFiles.TIME_INDEX));
        var transactions = TransactionIndex
                .read(folder.resolve(LogFiles.name(baseOffset, LogFiles.TRANSACTION_INDEX)));
        if (Files.exists(offsetFile) && Files.exists(timeFile)) {
            var offsets = OffsetIndex.decode(ByteBuffer.wrap(Files.readAllBytes(offsetFile)), sizeInBytes);
            var times = TimeIndex.decode(ByteBuffer.wrap(Files.readAllBytes(timeFile)));
            if (offsets != null && times != null && times.count() > 0) {
                var indexes = new SegmentIndexes(offsets, times, transactions);
                indexes.firstTimestampMs = BatchScan
                        .firstTimestampMs(folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG)));
                return indexes;
            }
            LOG.warn("{} and {} are damaged and made again from their segment", offsetFile, timeFile);
        }
        return rebuild(folder, baseOffset, sizeInBytes, intervalBytes, transactions);
    }

    /** A copy that stays as it is, with a bounded number of entries. Owner only. */
    public SegmentIndexes sample() {
        var sample = new SegmentIndexes(offsets.sample(1 + offsets.count() / SAMPLED),
                times.sample(1 + times.count() / SAMPLED), transactions.copy());
        sample.bytesSinceEntry = bytesSinceEntry;
        sample.firstTimestampMs = firstTimestampMs;
        sample.maxTimestampMs = maxTimestampMs;
        sample.relativeOffsetOfMax = relativeOffsetOfMax;
        return sample;
    }

    /**
     * As one piece of bytes.
     * <pre>
     *   | bytes since entry 4 | first timestamp 8 | largest timestamp 8 | its relative offset 4 |
     *   | length 4, as .index | length 4, as .timeindex | length 4, as .txnindex |
     * </pre>
     */
    public ByteBuffer encode() {
        var parts = new ByteBuffer[] {offsets.encode(), times.encode(), transactions.encode()};
        int lengths = Arrays.stream(parts).mapToInt(part -> Integer.BYTES + part.remaining()).sum();
        var bytes = ByteBuffer.allocate(2 * Integer.BYTES + 2 * Long.BYTES + lengths);
        bytes.putInt(bytesSinceEntry).putLong(firstTimestampMs).putLong(maxTimestampMs)
                .putInt(relativeOffsetOfMax);
        for (var part : parts) {
            bytes.putInt(part.remaining()).put(part);
        }
        return bytes.flip();
    }

    /** What {@link #encode} made, of a segment's first bytes; null or an exception if it makes no sense. */
    public static SegmentIndexes decode(ByteBuffer bytes, int segmentBytes, Path file) throws IOException {
        int bytesSinceEntry = bytes.getInt();
        long firstTimestampMs = bytes.getLong();
        long maxTimestampMs = bytes.getLong();
        int relativeOffsetOfMax = bytes.getInt();
        var offsets = OffsetIndex.decode(part(bytes), segmentBytes);
        var times = TimeIndex.decode(part(bytes));
        var transactions = TransactionIndex.decode(part(bytes), file);
        if (offsets == null || times == null) {
            return null;
        }
        var indexes = new SegmentIndexes(offsets, times, transactions);
        indexes.bytesSinceEntry = bytesSinceEntry;
        indexes.firstTimestampMs = firstTimestampMs;
        indexes.maxTimestampMs = maxTimestampMs;
        indexes.relativeOffsetOfMax = relativeOffsetOfMax;
        return indexes;
    }

    private static ByteBuffer part(ByteBuffer bytes) {
        int length = bytes.getInt();
        var part = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return part;
    }

    /** Which batch the last entry points to, by its checksum and last offset; {@link #NONE} if to none. Blocks. */
    public long fingerprint(SegmentFile segment) throws IOException {
        long entry = offsets.last();
        return entry == OffsetIndex.NO_ENTRY ? NONE
                : BatchScan.fingerprintAt(segment.path(), OffsetIndex.positionOf(entry));
    }

    /** Whether the entry from which an offset would be looked for fits the segment. Blocks. */
    boolean isRightBefore(long relativeOffset, Path file, long baseOffset) throws IOException {
        long entry = offsets.entryBefore(relativeOffset);
        return entry == OffsetIndex.NO_ENTRY || OffsetIndex.fits(entry,
                BatchScan.lastOffsetAt(file, OffsetIndex.positionOf(entry)) - baseOffset);
    }

    /** Makes the offset and time index from the segment. Blocks. */
    static SegmentIndexes rebuild(Path folder, long baseOffset, int sizeInBytes, int intervalBytes,
            TransactionIndex transactions) throws IOException {
        var indexes = new SegmentIndexes(new OffsetIndex(), new TimeIndex(), transactions);
        indexes.addAll(folder, baseOffset, sizeInBytes, intervalBytes);
        return indexes;
    }

    private void addAll(Path folder, long baseOffset, int sizeInBytes, int intervalBytes)
            throws IOException {
        try (var scan = BatchScan.of(folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG)), 0,
                sizeInBytes)) {
            for (RecordBatch batch = scan.next(); batch != null; batch = scan.next()) {
                batchAppended((int) (batch.lastOffset() - baseOffset), scan.position(),
                        batch.sizeInBytes(), batch.maxTimestamp(), intervalBytes);
            }
        }
        times.append(maxTimestampMs, relativeOffsetOfMax);
    }
}
