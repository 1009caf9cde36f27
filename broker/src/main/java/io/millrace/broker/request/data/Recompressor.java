package io.millrace.broker.request.data;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.partition.Append;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites checked batches in the codec that their topic asks for, on threads of its own, for a core loop has no time
 * to compress. Batches that expand to much memory are rewritten one at a time. Any thread may call.
 */
final class Recompressor {
    private static final Logger LOG = LoggerFactory.getLogger(Recompressor.class);
    private static final long LARGE_BYTES = 8 << 20;
    private static final int IDLE_SECONDS = 10;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final Executor threads = threads(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2), "recompress");
    private final Executor largeThread = threads(1, "recompress-large");

    /** Threads that end when they have nothing to do. */
    private static Executor threads(int count, String name) {
        var threads = new ThreadPoolExecutor(count, count, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), new DefaultThreadFactory(name, true));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Holds the append until its batch, whose records take so many bytes expanded, is rewritten or refused. */
    void rewrite(Append append, ByteBuf records, long expandedBytes, Partition partition) {
        append.hold();
        records.retain();
        var executor = expandedBytes > LARGE_BYTES ? largeThread : threads;
        executor.execute(() -> {
            try {
                settle(append, records, partition);
            } catch (RejectedExecutionException e) {
                LOG.debug("{} stopped before a batch was rewritten", partition, e);
            } finally {
                records.release();
            }
        });
    }

    private void settle(Append append, ByteBuf records, Partition partition) {
        var settings = partition.settings();
        ByteBuf rewritten;
        try {
            rewritten = rewritten(records, settings.log(), settings.rules().limits());
        } catch (ApiException e) {
            partition.refuse(append, e.errorCode(), e.getMessage());
            return;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("A batch for {} could not be rewritten", partition, e);
            partition.refuse(append, ErrorCode.UNKNOWN_SERVER_ERROR,
                    "the batch could not be rewritten: " + e);
            return;
        }
        partition.resume(append, rewritten);
    }

    private ByteBuf rewritten(ByteBuf records, LogSettings settings, RecordLimits limits) {
        var form = settings.compression();
        var sent = new RecordBatch().wrap(records, records.readerIndex());
        try (var cursor = new RecordCursor(allocator); var builder = new BatchBuilder(allocator)) {
            cursor.open(sent, limits);
            builder.beginLike(sent).compression(form.codec(), form.level());
            while (cursor.next()) {
                builder.append(cursor);
                if (form.codec() == Compression.NONE) {
                    BatchCheck.requireFit(builder.sizeInBytes(), settings);
                }
            }
            var rewritten = builder.finish();
            try {
                BatchCheck.requireFit(rewritten.readableBytes(), settings);
                return rewritten;
            } catch (ApiException e) {
                rewritten.release();
                throw e;
            }
        }
    }
}
