package io.millrace.broker.log;

import io.millrace.broker.log.segment.LogRead;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads the batches of a log, warm or cold, without its owner. Stateless. */
public final class LogBatches {
    private static final int MOST_BYTES = 1 << 20;

    private LogBatches() {}

    /** Every batch from the one on that begins at or after an offset; the view is the reader's until the next one. */
    public static void read(PartitionLog log, long from, Consumer<RecordBatch> seen) {
        long next = from;
        var batch = new RecordBatch();
        while (next < log.logEndOffset()) {
            var read = log.read(next, log.logEndOffset(), MOST_BYTES, true);
            if (read.status() != LogRead.Status.DATA || !read.records().isReadable()) {
                readFiles(log, next, seen);
                return;
            }
            next = each(read.records(), batch, next, seen);
            read.records().release();
        }
    }

    private static long each(ByteBuf records, RecordBatch batch, long from, Consumer<RecordBatch> seen) {
        long next = from;
        for (int at = records.readerIndex(); at < records.writerIndex(); at += batch.sizeInBytes()) {
            batch.wrap(records, at);
            if (batch.baseOffset() >= from) {
                seen.accept(batch);
            }
            next = batch.nextOffset();
        }
        return next;
    }

    private static void readFiles(PartitionLog log, long from, Consumer<RecordBatch> seen) {
        var batch = new RecordBatch();
        try {
            for (var segment : log.segments()) {
                if (segment.endOffset() > from) {
                    var bytes = Arrays.copyOf(Files.readAllBytes(segment.file()), segment.sizeInBytes());
                    each(Unpooled.wrappedBuffer(bytes), batch, from, seen);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
