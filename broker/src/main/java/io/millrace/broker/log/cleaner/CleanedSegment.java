package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.segment.SegmentIndexes;
import io.millrace.broker.log.segment.TransactionIndex;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** A segment that is being made of older ones: its {@code .cleaned} files and their indexes. One cleaner thread. */
final class CleanedSegment implements AutoCloseable {
    private final Path folder;
    private final long baseOffset;
    private final int indexIntervalBytes;
    private final Disk disk;
    private final FileChannel channel;
    private final ByteBuf buffer;
    private final SegmentIndexes indexes = new SegmentIndexes();
    private int sizeInBytes;

    CleanedSegment(Path folder, long baseOffset, int bufferBytes, int indexIntervalBytes, Disk disk)
            throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.baseOffset = baseOffset;
        this.indexIntervalBytes = indexIntervalBytes;
        this.channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        this.buffer = Unpooled.directBuffer(bufferBytes, bufferBytes);
    }

    private Path file() {
        return folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG + SegmentSwap.CLEANED));
    }

    int sizeInBytes() {
        return sizeInBytes;
    }

    /** For the aborts whose markers the segment holds. */
    TransactionIndex transactions() {
        return indexes.transactions();
    }

    /** Appends a whole batch, whose offsets stay. */
    void append(RecordBatch batch) throws IOException {
        int batchBytes = batch.sizeInBytes();
        if (sizeInBytes > Integer.MAX_VALUE - batchBytes) {
            throw new IOException(file() + " would become larger than a segment can be");
        }
        indexes.batchAppended((int) (batch.lastOffset() - baseOffset), sizeInBytes, batchBytes,
                batch.maxTimestamp(), indexIntervalBytes);
        int index = batch.index();
        int end = index + batchBytes;
        while (index < end) {
            int nowBytes = Math.min(buffer.writableBytes(), end - index);
            buffer.writeBytes(batch.buffer(), index, nowBytes);
            index += nowBytes;
            if (!buffer.isWritable()) {
                flush();
            }
        }
        sizeInBytes += batchBytes;
    }

    private void flush() throws IOException {
        try {
            while (buffer.isReadable()) {
                buffer.readBytes(channel, buffer.readableBytes());
            }
        } catch (IOException e) {
            disk.report(e);
            throw e;
        }
        buffer.clear();
    }

    /** Writes and forces everything; the file gets this time, from which the age of records without one counts. */
    void finish(FileTime modified) throws IOException {
        try {
            writeAll(modified);
        } catch (IOException e) {
            disk.report(e);
            throw e;
        }
    }

    private void writeAll(FileTime modified) throws IOException {
        flush();
        indexes.write(folder, baseOffset, SegmentSwap.CLEANED);
        for (var suffix : List.of(LogFiles.ABORTED, LogFiles.TRANSACTION_INDEX)) {
            if (indexes.transactions().isEmpty() && Files.exists(fileOf(suffix))) {
                Files.write(fileOf(suffix + SegmentSwap.CLEANED), new byte[0]); // it replaces one that is not empty
            }
        }
        Files.setLastModifiedTime(file(), modified);
        disk.force(channel, true);
    }

    private Path fileOf(String suffix) {
        return folder.resolve(LogFiles.name(baseOffset, suffix));
    }

    @Override
    public void close() throws IOException {
        buffer.release();
        channel.close();
    }
}
