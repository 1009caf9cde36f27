package io.millrace.broker.tool;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads the headers of a log's batches alone, in order or at a position. Used by one thread. */
final class BatchHeaders implements AutoCloseable {
    private final FileChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
    private final RecordBatch batch = new RecordBatch();
    private long nextPosition;

    BatchHeaders(Path log) throws IOException {
        channel = FileChannel.open(log, StandardOpenOption.READ);
        batch.wrap(Unpooled.wrappedBuffer(bytes.array()), 0);
    }

    /** The header that stands at a position; null if no v2 batch does. Valid until the next call. */
    RecordBatch at(long position) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) <= 0) {
                return null;
            }
        }
        boolean isBatch = batch.magic() == RecordBatch.MAGIC
                && batch.batchLength() >= RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES;
        return isBatch ? batch : null;
    }

    /** The header after the one of the last call, from the start of the file; null at the end. */
    RecordBatch next() throws IOException {
        var header = at(nextPosition);
        if (header != null) {
            nextPosition += header.sizeInBytes();
        }
        return header;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
