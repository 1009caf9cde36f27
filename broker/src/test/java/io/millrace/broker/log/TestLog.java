package io.millrace.broker.log;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A partition's log with an owner thread of its own; every call waits until the owner has done it. */
final class TestLog implements AutoCloseable {
    private static final long DEADLINE_S = 20;

    final PartitionLog log;
    private final ExecutorService owner;
    private final LogResources resources;
    final Disk disk;

    private TestLog(Path folder, LogSettings settings, LogContents contents, long budgetBytes) {
        owner = Executors.newSingleThreadExecutor();
        resources = new LogResources(new StoragePool(2), new ResidentBudget(budgetBytes),
                InstantSource.system());
        disk = new Disk(folder, resources.calls(), 0, () -> {});
        log = new PartitionLog(folder, owner, resources, disk, settings, contents);
    }

    static TestLog create(Path folder, LogSettings settings) throws IOException {
        return create(folder, settings, ResidentBudget.DEFAULT_BYTES);
    }

    static TestLog create(Path folder, LogSettings settings, long budgetBytes) throws IOException {
        return new TestLog(folder, settings, contents(List.of(Segment.create(folder, 0))), budgetBytes);
    }

    static TestLog open(Path folder, LogSettings settings, List<Segment> segments) {
        return new TestLog(folder, settings, contents(segments), ResidentBudget.DEFAULT_BYTES);
    }

    private static LogContents contents(List<Segment> segments) {
        return new LogContents(segments, segments.get(0).baseOffset(), 0, new ProducerState(),
                new EpochHistory());
    }

    /** Settings with small segments; index entries every 256 bytes. */
    static LogSettings settings(int segmentBytes) {
        return settings(segmentBytes, LogSettings.DEFAULTS.flushMessages());
    }

    static LogSettings settings(int segmentBytes, long flushMessages) {
        var d = LogSettings.DEFAULTS;
        return new LogSettings(segmentBytes, d.segmentMs(), 0, d.indexBytes(), 256, -1, -1, 0,
                flushMessages,
                d.flushMs(), true, false, 0.5, 0, Long.MAX_VALUE, d.deleteRetentionMs(), false,
                d.maxMessageBytes(), d.maxDecompressedMessageBytes(), false,
                d.timestampBeforeMaxMs(),
                d.timestampAfterMaxMs(), 1, d.compression());
    }

    /** A batch as a client sends it: base offset 0, one record of each value size. */
    static ByteBuf batch(long timestampMs, int... valueBytes) {
        var records = new SimpleRecord[valueBytes.length];
        for (int i = 0; i < records.length; i++) {
            var value = new byte[valueBytes[i]];
            Arrays.fill(value, (byte) (timestampMs + i));
            records[i] = new SimpleRecord(timestampMs + i, null, value);
        }
        return Unpooled.wrappedBuffer(MemoryRecords.withRecords(Compression.NONE, records).buffer());
    }

    /** Appends, waiting for room as a partition does; answers the base offset or throws the storage error. */
    long append(ByteBuf batch) {
        var done = new CompletableFuture<Long>();
        owner.execute(() -> append(batch, done));
        return await(done);
    }

    private void append(ByteBuf batch, CompletableFuture<Long> done) {
        int sizeInBytes = batch.readableBytes();
        var view = new RecordBatch().wrap(batch, batch.readerIndex());
        if (log.hasRoom(sizeInBytes, view.maxTimestamp())) {
            long offset = log.append(batch, batch.readerIndex(), sizeInBytes, 3);
            log.producers().update(view, offset);
            done.complete(offset);
            return;
        }
        log.whenRoom(sizeInBytes, view.maxTimestamp(), new RoomListener() {
            @Override
            public void onRoom() {
                append(batch, done);
            }

            @Override
            public void onStorageError(IOException error) {
                done.completeExceptionally(error);
            }
        });
    }

    /** Reads as a fetch does, warming what is cold. */
    LogRead read(long offset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        for (int tries = 0; tries < 100; tries++) {
            var read = log.read(offset, limitOffset, maxBytes, atLeastOneBatch);
            if (read.status() != LogRead.Status.COLD) {
                return read;
            }
            var warmed = new CompletableFuture<Void>();
            log.coldReads().warm(offset, maxBytes, () -> warmed.complete(null));
            await(warmed);
        }
        throw new AssertionError("still cold at " + offset + " in " + log.folder());
    }

    <T> T onOwner(Supplier<T> task) {
        return await(CompletableFuture.supplyAsync(task, owner));
    }

    void onOwner(Runnable task) {
        await(CompletableFuture.runAsync(task, owner));
    }

    void roll() {
        var rolled = new CompletableFuture<Void>();
        owner.execute(() -> log.roll(new RoomListener() {
            @Override
            public void onRoom() {
                rolled.complete(null);
            }

            @Override
            public void onStorageError(IOException error) {
                rolled.completeExceptionally(error);
            }
        }));
        await(rolled);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(DEADLINE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        var closed = new AtomicReference<CompletableFuture<Void>>();
        onOwner(() -> closed.set(log.close()));
        await(closed.get());
        resources.pool().close();
        disk.close();
        owner.shutdown();
    }
}
