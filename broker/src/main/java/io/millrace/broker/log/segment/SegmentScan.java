package io.millrace.broker.log.segment;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads a segment file, from its start or further on, and checks every batch as far as they are good. It owns a private
 * buffer that slides over the file, never a mapping, so that a bad sector is an IOException. One thread at a time; blocks.
 */
public final class SegmentScan {
    private static final int WINDOW_BYTES = 1 << 20;
    /** Doubled with every read: behind a short log lies a long stretch of blocks for appends to come. */
    private static final int FIRST_READ_BYTES = 4 << 10;
    /** More than a control batch of one transaction marker takes. */
    private static final int CONTROL_BYTES = 256;
    private static final int SMALLEST_LENGTH_BYTES = RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES;

    /** Sees each good batch; only its header may be read, of a control batch all, and only during the call. */
    public interface BatchVisitor {
        void onBatch(RecordBatch batch, int position);
    }

    /** How far the file is good, what follows there, and why the next batch is not good: null if there is none. */
    public record Result(int goodBytes, long nextOffset, int leaderEpoch, String fault) {}

    private final ByteBuffer headerBytes = ByteBuffer.allocate(CONTROL_BYTES);
    private final ByteBuf header = Unpooled.wrappedBuffer(headerBytes);
    private final RecordBatch batch = new RecordBatch().wrap(header, 0);
    private final CRC32C crc32c = new CRC32C();
    private ByteBuffer window;
    private FileChannel channel;
    private int endPosition;
    private int readPosition;
    private int nextReadBytes;

    /** Where a scan begins: a position, and what must not lie below there: an offset and a leader epoch. */
    public record Start(int position, long offset, int leaderEpoch) {}

    /** Scans a file whose first batch must not be below this offset nor this leader epoch. */
    public Result scan(Path file, long baseOffset, int leaderEpoch, BatchVisitor visitor) throws IOException {
        return scan(file, baseOffset, new Start(0, baseOffset, leaderEpoch), visitor);
    }

    /** Scans a file from a batch inside it. */
    public Result scan(Path file, long baseOffset, Start start, BatchVisitor visitor) throws IOException {
        try (var opened = FileChannel.open(file, StandardOpenOption.READ)) {
            channel = opened;
            endPosition = (int) Math.min(opened.size(), Integer.MAX_VALUE);
            readPosition = start.position;
            nextReadBytes = FIRST_READ_BYTES;
            int windowBytes = Math.max(CONTROL_BYTES, Math.min(WINDOW_BYTES, endPosition - start.position));
            var pooled = PooledByteBufAllocator.DEFAULT.directBuffer(windowBytes, windowBytes);
            try {
                window = pooled.nioBuffer(0, windowBytes).limit(0);
                return scanBatches(baseOffset, start, visitor);
            } finally {
                window = null;
                pooled.release();
            }
        }
    }

    private Result scanBatches(long baseOffset, Start start, BatchVisitor visitor) throws IOException {
        long nextOffset = start.offset;
        int leaderEpoch = start.leaderEpoch;
        int position = start.position;
        while (true) {
            int leftBytes = endPosition - position;
            if (leftBytes < RecordBatch.HEADER_BYTES) {
                return new Result(position, nextOffset, leaderEpoch,
                        areZeroes(leftBytes) ? null : "a header is cut off");
            }
            readHeader();
            if (isBlank()) {
                return new Result(position, nextOffset, leaderEpoch, null);
            }
            var fault = headerFault(leftBytes, baseOffset, nextOffset, leaderEpoch);
            if (fault == null && batch.isControl()) {
                readControl();
            }
            if (fault == null && readCrc() != batch.crc()) {
                fault = "the checksum is wrong";
            }
            if (fault != null) {
                return new Result(position, nextOffset, leaderEpoch, fault);
            }
            visitor.onBatch(batch, position);
            position += batch.sizeInBytes();
            nextOffset = batch.nextOffset();
            leaderEpoch = batch.partitionLeaderEpoch();
        }
    }

    /** Whether the last bytes of the file, too few for a batch, were never written. */
    private boolean areZeroes(int leftBytes) throws IOException {
        if (window.remaining() < leftBytes) {
            refill();
        }
        for (int i = 0; i < leftBytes; i++) {
            if (window.get() != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isBlank() {
        return batch.batchLength() == 0 && batch.magic() == 0 && batch.baseOffset() == 0;
    }

    private String headerFault(int leftBytes, long baseOffset, long nextOffset, int leaderEpoch) {
        if (batch.batchLength() < SMALLEST_LENGTH_BYTES
                || batch.batchLength() > leftBytes - RecordBatch.PREFIX_BYTES) {
            return "the batch length is " + batch.batchLength();
        }
        if (batch.magic() != RecordBatch.MAGIC) {
            return "the batch format is " + batch.magic();
        }
        if (batch.baseOffset() < nextOffset) {
            return "the offset is " + batch.baseOffset() + ", not at least " + nextOffset;
        }
        if (batch.lastOffsetDelta() < 0 || batch.lastOffset() - baseOffset > Integer.MAX_VALUE
                || batch.lastOffset() < 0) {
            return "the last offset is " + batch.lastOffset();
        }
        if (batch.partitionLeaderEpoch() < Math.max(0, leaderEpoch)) {
            return "the leader epoch is " + batch.partitionLeaderEpoch() + " after " + leaderEpoch;
        }
        return null;
    }

    private void readHeader() throws IOException {
        if (window.remaining() < RecordBatch.HEADER_BYTES) {
            refill();
        }
        headerBytes.clear().put(0, window, window.position(), RecordBatch.HEADER_BYTES);
        window.position(window.position() + RecordBatch.ATTRIBUTES_AT);
    }

    /** Copies the records of a control batch behind its header. */
    private void readControl() throws IOException {
        int restBytes = Math.min(CONTROL_BYTES, batch.sizeInBytes()) - RecordBatch.ATTRIBUTES_AT;
        if (window.remaining() < restBytes) {
            refill();
        }
        headerBytes.put(RecordBatch.ATTRIBUTES_AT, window, window.position(), restBytes);
    }

    private int readCrc() throws IOException {
        crc32c.reset();
        int leftBytes = batch.sizeInBytes() - RecordBatch.ATTRIBUTES_AT;
        while (leftBytes > 0) {
            if (!window.hasRemaining()) {
                refill();
            }
            int nowBytes = Math.min(leftBytes, window.remaining());
            int limit = window.limit();
            crc32c.update(window.limit(window.position() + nowBytes));
            window.limit(limit);
            leftBytes -= nowBytes;
        }
        return (int) crc32c.getValue();
    }

    /** Keeps what is left of the window and reads on behind it. */
    private void refill() throws IOException {
        window.compact();
        int newBytes = Math.min(nextReadBytes, endPosition - readPosition);
        nextReadBytes = Math.min(WINDOW_BYTES, 2 * nextReadBytes);
        int wantedBytes = Math.min(window.capacity(), window.position() + newBytes);
        window.limit(wantedBytes);
        while (window.hasRemaining()) {
            int readBytes = channel.read(window, readPosition);
            if (readBytes < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
            readPosition += readBytes;
        }
        window.flip();
    }
}
