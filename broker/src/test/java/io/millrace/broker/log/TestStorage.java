package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.disk.TestDisk;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One owner thread, one storage pool and a clock that the test moves; calls wait for the owner. */
public final class TestStorage implements AutoCloseable {
    public static final PartitionName ORDERS = new PartitionName("orders", 0);
    public static final Uuid TOPIC = Uuid.random();
    private static final long HOUR_MS = 3_600_000;
    private static final DirectorySettings SELDOM = new DirectorySettings(HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS,
            1 << 20);

    public final ExecutorService owner = Executors.newSingleThreadExecutor();
    final StoragePool pool = new StoragePool(2);
    public volatile long nowMs = 1_000_000;
    public final InstantSource clock = () -> Instant.ofEpochMilli(nowMs);
    final TestDisk disk = new TestDisk();
    final LogResources resources = new LogResources(pool, new ResidentBudget(ResidentBudget.DEFAULT_BYTES),
            clock, disk);

    /** Topic settings by name and value, in turn. */
    public static LogSettings settings(String... namesAndValues) {
        var given = new HashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return LogSettings.of(Settings.parse(TopicSettings.CATALOG, given));
    }

    public LogDirectory directory(Path path) throws IOException {
        return LogDirectory.open(path, resources, SELDOM);
    }

    public PartitionLog open(LogDirectory directory, LogSettings settings) {
        return directory.open(ORDERS, TOPIC, owner, settings).orTimeout(30, TimeUnit.SECONDS).join();
    }

    public <T> T onOwner(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, owner).orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Appends as a leader does; answers the base offset. */
    long append(PartitionLog log, TestBatch batch) {
        return append(log, batch.view());
    }

    public long append(PartitionLog log, RecordBatch view) {
        var appended = new CompletableFuture<Long>();
        owner.execute(() -> appendWhenRoom(log, view, appended));
        return appended.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void appendWhenRoom(PartitionLog log, RecordBatch batch,
            CompletableFuture<Long> appended) {
        int sizeInBytes = batch.sizeInBytes();
        if (!log.hasRoom(sizeInBytes, batch.maxTimestamp())) {
            log.whenRoom(sizeInBytes, batch.maxTimestamp(), new RoomListener() {
                @Override
                public void onRoom() {
                    appendWhenRoom(log, batch, appended);
                }

                @Override
                public void onStorageError(IOException error) {
                    appended.completeExceptionally(error);
                }
            });
            return;
        }
        var verdict = batch.isControl() ? ErrorCode.NONE : log.producers().check(batch);
        if (verdict != ErrorCode.NONE) {
            appended.completeExceptionally(new AssertionError(verdict));
            return;
        }
        long baseOffset = log.append(batch.buffer(), 0, sizeInBytes, Math.max(0, log.epochs().latestEpoch()));
        log.remember(batch, baseOffset);
        log.advanceHighWatermark(log.logEndOffset());
        appended.complete(baseOffset);
    }

    /** Takes back what was appended at or above an offset; returns when appends may go on. */
    void cut(PartitionLog log, long offset) {
        var done = new CompletableFuture<Void>();
        owner.execute(() -> log.cut().truncateTo(offset, new RoomListener() {
            @Override
            public void onRoom() {
                done.complete(null);
            }

            @Override
            public void onStorageError(IOException error) {
                done.completeExceptionally(error);
            }
        }));
        done.orTimeout(30, TimeUnit.SECONDS).join();
    }

    static void waitUntil(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }

    /** Until all but the active segment is forced, which compaction waits for. */
    public void awaitSealed(PartitionLog log) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        var segments = log.segments();
        while (!segments.subList(0, segments.size() - 1).stream().allMatch(Segment::isOnDisk)) {
            assertThat(System.nanoTime()).as("sealed in time").isLessThan(deadlineNs);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Where the active segment begins. */
    public long lastBaseOffset(PartitionLog log) {
        return log.active().baseOffset();
    }

    /** Reads a log from its start to its end as fetches do; answers where its batches begin. */
    public List<Long> readBaseOffsets(PartitionLog log) {
        var offsets = new ArrayList<Long>();
        readBatches(log, batch -> offsets.add(batch.baseOffset()));
        return offsets;
    }

    void readBatches(PartitionLog log, Consumer<RecordBatch> reader) {
        long offset = log.logStartOffset();
        var batch = new RecordBatch();
        while (offset < log.logEndOffset()) {
            var read = log.read(offset, log.logEndOffset(), 100_000, true);
            if (read.status() == LogRead.Status.COLD) {
                var warmed = new CompletableFuture<Void>();
                log.coldReads().warm(offset, 100_000, () -> warmed.complete(null));
                warmed.orTimeout(30, TimeUnit.SECONDS).join();
                continue;
            }
            assertThat(read.status()).isEqualTo(LogRead.Status.DATA);
            var records = read.records();
            for (int at = 0; at < records.readableBytes(); at += batch.sizeInBytes()) {
                batch.wrap(records, at);
                reader.accept(batch);
                offset = batch.nextOffset();
            }
            boolean isAtEnd = !records.isReadable();
            records.release();
            if (isAtEnd) {
                break;
            }
        }
    }

    @Override
    public void close() {
        owner.shutdown();
        pool.close();
        assertThat(owner.isShutdown()).isTrue();
    }
}
