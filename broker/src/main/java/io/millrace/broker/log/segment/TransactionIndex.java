package io.millrace.broker.log.segment;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The aborted transactions whose markers lie in one segment, in the order of the markers. The log's owner appends; any
 * thread reads what is published.
 * <pre>
 *   entry of .txnindex: | version 2 = 0 | producer id 8 | first offset 8 | last offset 8 | last stable offset 8 |
 *   .aborted:           | the same entries | their CRC-32C 4 |
 * </pre>
 */
public final class TransactionIndex {
    static final int ENTRY_BYTES = 34;
    private static final Logger LOG = LoggerFactory.getLogger(TransactionIndex.class);

    private static final short VERSION = 0;
    private static final int FIRST_CAPACITY = 4;
    private static final AbortedTransaction[] NONE = {};

    private volatile AbortedTransaction[] entries = NONE;
    private volatile int count;

    public void append(AbortedTransaction transaction) {
        int at = count;
        var room = entries;
        if (at == room.length) {
            room = Arrays.copyOf(room, Math.max(FIRST_CAPACITY, at * 2));
            entries = room;
        }
        room[at] = transaction;
        count = at + 1;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    TransactionIndex copy() {
        var copy = new TransactionIndex();
        all().forEach(copy::append);
        return copy;
    }

    /** All that are published. */
    public List<AbortedTransaction> all() {
        int published = count;
        var now = entries;
        return List.of(Arrays.copyOf(now, Math.min(published, now.length)));
    }

    /**
     * Adds those that touch a range of offsets to a list; answers whether later segments cannot hold more of them.
     */
    boolean collect(long fromOffset, long endOffset, List<AbortedTransaction> found) {
        int published = count;
        var now = entries;
        for (int i = 0; i < Math.min(published, now.length); i++) {
            if (now[i].touches(fromOffset, endOffset)) {
                found.add(now[i]);
            }
            if (now[i].lastStableOffset() >= endOffset) {
                return true;
            }
        }
        return false;
    }

    /** The aborted transactions that records between two offsets of a log's segments may belong to. May block. */
    public static List<AbortedTransaction> search(List<Segment> segments, long fromOffset, long endOffset,
            LogSettings settings) throws IOException {
        var found = new ArrayList<AbortedTransaction>();
        boolean isComplete = false;
        for (int i = 0; i < segments.size() && !isComplete; i++) {
            isComplete = segments.get(i).endOffset() > fromOffset && segments.get(i).loadIndexes(settings)
                    .transactions().collect(fromOffset, endOffset, found);
        }
        return found;
    }

    /** Forgets markers at or after an offset; readers keep the array they hold. */
    void truncateTo(long offset) {
        var now = entries;
        int kept = count;
        while (kept > 0 && now[kept - 1].lastOffset() >= offset) {
            kept--;
        }
        count = kept;
        entries = Arrays.copyOf(now, kept);
    }

    /** Replaces the file, durably, and its copy; without an entry there is none. Blocks. */
    void write(Path file) throws IOException {
        if (isEmpty()) {
            Files.deleteIfExists(copyOf(file));
            Files.deleteIfExists(file);
            return;
        }
        var bytes = encode();
        var copy = ByteBuffer.allocate(bytes.remaining() + Integer.BYTES);
        copy.put(bytes.duplicate()).putInt(crcOf(bytes)).flip();
        DurableFile.replaceUnforced(copyOf(file), copy);
        DurableFile.replace(file, bytes);
    }

    private static Path copyOf(Path file) {
        var name = file.getFileName().toString();
        return file.resolveSibling(name.replace(LogFiles.TRANSACTION_INDEX, LogFiles.ABORTED));
    }

    private static int crcOf(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** The bytes of the file. */
    public ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(count * ENTRY_BYTES);
        for (var entry : all()) {
            bytes.putShort(VERSION).putLong(entry.producerId()).putLong(entry.firstOffset())
                    .putLong(entry.lastOffset()).putLong(entry.lastStableOffset());
        }
        return bytes.flip();
    }

    /**
     * Reads a file that need not exist, and makes it again from its copy if it is not what was written;
     * {@link DamagedFileException} if its entries make no sense, and there is no copy. Blocks.
     */
    public static TransactionIndex read(Path file) throws IOException {
        var bytes = bytesOf(file);
        var copy = bytesOf(copyOf(file));
        int length = copy.remaining() - Integer.BYTES;
        if (length <= 0) {
            return decode(bytes, file); // none was written, or by Kafka
        }
        var kept = copy.slice(0, length);
        if (copy.getInt(length) != crcOf(kept)) {
            LOG.warn("{} is damaged; {} is taken as it is", copyOf(file), file);
            return decode(bytes, file);
        }
        if (!kept.equals(bytes)) {
            LOG.warn("{} is missing or damaged and is made again from its copy", file);
            restore(file, kept.duplicate());
        }
        return decode(kept, file);
    }

    private static ByteBuffer bytesOf(Path file) throws IOException {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return ByteBuffer.allocate(0);
        }
    }

    /** Nothing is lost if this fails: the copy stays. */
    private static void restore(Path file, ByteBuffer bytes) {
        try {
            DurableFile.replace(file, bytes);
        } catch (IOException e) {
            LOG.warn("{} could not be made again: {}", file, e.getMessage());
        }
    }

    /** An index of the bytes of a file, which an error names. */
    static TransactionIndex decode(ByteBuffer bytes, Path file) throws IOException {
        var index = new TransactionIndex();
        if (bytes.remaining() % ENTRY_BYTES != 0) {
            throw new DamagedFileException(file, "its length is no multiple of " + ENTRY_BYTES);
        }
        long lastOffset = -1;
        while (bytes.hasRemaining()) {
            short version = bytes.getShort();
            var entry = new AbortedTransaction(bytes.getLong(), bytes.getLong(), bytes.getLong(),
                    bytes.getLong());
            if (version != VERSION || entry.firstOffset() < 0 || entry.lastOffset() < entry.firstOffset()
                    || entry.lastOffset() <= lastOffset) {
                throw new DamagedFileException(file, "it holds " + entry + " of version " + version);
            }
            lastOffset = entry.lastOffset();
            index.append(entry);
        }
        return index;
    }
}
