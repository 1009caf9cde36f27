package io.millrace.broker.log.segment;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks the batches of a segment file in order, through a private buffer that reads once and in large pieces:
 * a bad sector is an {@link IOException} here, where through a mapping it would kill the process. One thread.
 */
public final class BatchScan implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    /** No larger batch fits into a request; a larger length is garbage and must not be allocated. */
    private static final int LARGEST_BATCH_BYTES = 128 << 20;

    private final FileChannel channel;
    private final RecordBatch batch = new RecordBatch();
    private final long endPosition;
    private final ByteBuf chunk;
    private long chunkPosition;
    private long nextPosition;
    private long position;

    private BatchScan(FileChannel channel, long from, long endPosition) {
        this.channel = channel;
        this.endPosition = endPosition;
        long mostBytes = Math.max(RecordBatch.HEADER_BYTES, endPosition - from);
        chunk = Unpooled.directBuffer((int) Math.min(CHUNK_BYTES, mostBytes));
        chunkPosition = from;
        nextPosition = from;
        position = from;
    }

    public static BatchScan of(Path file, long from, long endPosition) throws IOException {
        return new BatchScan(FileChannel.open(file, StandardOpenOption.READ), from, endPosition);
    }

    /** The largest timestamp of a segment's first batch. */
    static long firstTimestampMs(Path file) throws IOException {
        var header = headerAt(file, 0);
        return header.hasRemaining() ? RecordBatch.NO_TIMESTAMP
                : header.getLong(RecordBatch.MAX_TIMESTAMP_AT);
    }

    /** The last offset of the batch at a position, or -1 if the file ends there. */
    static long lastOffsetAt(Path file, int position) throws IOException {
        var header = headerAt(file, position);
        return header.hasRemaining() ? -1
                : header.getLong(RecordBatch.BASE_OFFSET_AT)
                        + header.getInt(RecordBatch.LAST_OFFSET_DELTA_AT);
    }

    /** Checksum and last offset of the batch at a position as one number, or -1 if the file ends there. */
    static long fingerprintAt(Path file, int position) throws IOException {
        var header = headerAt(file, position);
        return header.hasRemaining() ? -1
                : (long) header.getInt(RecordBatch.CRC_AT) << 32
                        | (int) header.getLong(RecordBatch.BASE_OFFSET_AT)
                                + header.getInt(RecordBatch.LAST_OFFSET_DELTA_AT) & 0xffffffffL;
    }

    /** Whether a batch from this offset on seems to begin at a position, or nothing was written there yet. */
    public static boolean mayBeginAt(Path file, int position, long offset) throws IOException {
        var header = headerAt(file, position);
        boolean isBlank = header.getLong(RecordBatch.BASE_OFFSET_AT) == 0
                && header.getLong(RecordBatch.LENGTH_AT) == 0;
        return isBlank || header.get(RecordBatch.MAGIC_AT) == RecordBatch.MAGIC
                && header.getLong(RecordBatch.BASE_OFFSET_AT) >= offset;
    }

    private static ByteBuffer headerAt(Path file, int position) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
            channel.read(bytes, position);
            return bytes;
        }
    }

    /**
     * The next batch, whole and readable until the next call; null at the end, or where bytes that are no
     * whole v2 batch begin, which {@link #nextPosition} tells apart.
     */
    public RecordBatch next() throws IOException {
        if (!has(RecordBatch.HEADER_BYTES)) {
            return null;
        }
        batch.wrap(chunk, index());
        int length = batch.batchLength();
        boolean isPlausible = batch.magic() == RecordBatch.MAGIC && batch.lastOffsetDelta() >= 0
                && length >= RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES
                && length <= LARGEST_BATCH_BYTES
                && length <= endPosition - nextPosition - RecordBatch.PREFIX_BYTES;
        if (!isPlausible || !has(length + RecordBatch.PREFIX_BYTES)) {
            return null;
        }
        batch.wrap(chunk, index());
        position = nextPosition;
        nextPosition += batch.sizeInBytes();
        return batch;
    }

    /** Where the batch of the last {@link #next} begins. */
    public int position() {
        return (int) position;
    }

    /** Where the next batch would begin: the end of all that was whole. */
    public long nextPosition() {
        return nextPosition;
    }

    private int index() {
        return (int) (nextPosition - chunkPosition);
    }

    /** Whether so many bytes follow before the end; if so, they are in the chunk. */
    private boolean has(int bytes) throws IOException {
        if (endPosition - nextPosition < bytes) {
            return false;
        }
        return chunk.writerIndex() - index() >= bytes || fill(bytes);
    }

    private boolean fill(int bytes) throws IOException {
        chunk.readerIndex(index()).discardReadBytes();
        chunkPosition = nextPosition;
        if (bytes > chunk.capacity()) {
            chunk.capacity(bytes);
        }
        while (chunk.isWritable()) {
            long at = chunkPosition + chunk.writerIndex();
            int wanted = (int) Math.min(chunk.writableBytes(), endPosition - at);
            int read = wanted == 0 ? -1 : chunk.writeBytes(channel, at, wanted);
            if (read < 0) {
                break;
            }
        }
        return chunk.writerIndex() >= bytes;
    }

    @Override
    public void close() throws IOException {
        chunk.release();
        channel.close();
    }
}
