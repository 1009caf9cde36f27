package io.millrace.protocol.record;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The window through which a cursor sees the records of a compressed batch: it holds the expanded bytes from the current
 * record on, and grows only as bytes arrive. Owned by one cursor, which releases it.
 */
final class ExpandedRecords implements AutoCloseable {
    private static final int INITIAL_WINDOW_BYTES = 2 * Decompressor.CHUNK_BYTES;
    private static final int KEPT_WINDOW_BYTES = 1024 * 1024;
    /** A codec announces the most that a piece may take; no more than this in excess of what it brings. */
    private static final int PIECE_EXCESS_BYTES = 4 * 1024 * 1024;

    private final ByteBufAllocator allocator;
    private final Decompressor[] decompressors = new Decompressor[Compression.values().length];
    private Decompressor decompressor;
    private ByteBuf directCopy;
    private ByteBuf window;
    private long bytesLeft;

    ExpandedRecords(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Begins with a batch's records; what the last one left behind goes. */
    void open(RecordBatch batch, long maxExpandedBytes) {
        trim();
        if (window == null) {
            window = allocator.directBuffer(INITIAL_WINDOW_BYTES);
        }
        window.clear();
        bytesLeft = maxExpandedBytes;
        decompressor = decompressorOf(batch.compression());
        ByteBuf source = batch.buffer();
        int from = batch.index() + RecordBatch.HEADER_BYTES;
        int lengthBytes = batch.sizeInBytes() - RecordBatch.HEADER_BYTES;
        if (source.isDirect() && source.nioBufferCount() == 1) {
            decompressor.open(source.nioBuffer(from, lengthBytes));
        } else {
            directCopy = allocator.directBuffer(lengthBytes).writeBytes(source, from, lengthBytes);
            decompressor.open(directCopy.nioBuffer(0, lengthBytes));
        }
    }

    private Decompressor decompressorOf(Compression compression) {
        var known = decompressors[compression.id()];
        if (known == null) {
            known = compression.codec().newDecompressor();
            decompressors[compression.id()] = known;
        }
        return known;
    }

    ByteBuf window() {
        return window;
    }

    /** Drops what lies before {@code position}, which becomes 0, and appends more; false at the end of the records. */
    boolean fill(int position) {
        window.readerIndex(position).discardReadBytes();
        int pieceBytes = decompressor.nextBytes();
        if (pieceBytes == 0) {
            return false;
        }
        if (pieceBytes - PIECE_EXCESS_BYTES > bytesLeft) {
            throw tooLarge();
        }
        window.ensureWritable(pieceBytes);
        int before = window.writerIndex();
        decompressor.read(window);
        bytesLeft -= window.writerIndex() - before;
        if (bytesLeft < 0) {
            throw tooLarge();
        }
        return true;
    }

    private static MalformedMessageException tooLarge() {
        return new MalformedMessageException("the batch expands beyond the limit");
    }

    /** Gives back the copy of the last batch, and a window that a large record stretched. */
    void trim() {
        releaseCopy();
        if (window != null && window.capacity() > KEPT_WINDOW_BYTES) {
            releaseWindow();
        }
    }

    private void releaseCopy() {
        if (directCopy != null) {
            directCopy.release();
            directCopy = null;
        }
    }

    private void releaseWindow() {
        if (window != null) {
            window.release();
            window = null;
        }
    }

    @Override
    public void close() {
        releaseCopy();
        releaseWindow();
        for (int id = 0; id < decompressors.length; id++) {
            if (decompressors[id] != null) {
                decompressors[id].close();
                decompressors[id] = null;
            }
        }
    }
}
