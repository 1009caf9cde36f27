package io.millrace.benchmark.append;

import io.millrace.benchmark.load.OpenLoop;
import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.RoomListener;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchRules;
import io.millrace.protocol.record.BatchValidator;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.record.TimestampType;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Millrace's log as its leader uses it: each batch is checked, then appended by the log's owner, which is the thread of
 * the load itself.
 */
public final class MillraceAppends implements OpenLoop.Log, RoomListener {
    private static final int STORAGE_THREADS = 4;
    private static final BatchRules RULES = new BatchRules(false, TimestampType.CREATE_TIME, Long.MAX_VALUE,
            Long.MAX_VALUE, RecordLimits.NONE);

    private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final BatchValidator validator = new BatchValidator(PooledByteBufAllocator.DEFAULT);
    private final ByteBuf batch;
    private PartitionLog log;
    private long waiting;
    private boolean isAwaitingRoom;

    private MillraceAppends(int recordBytes) {
        var builder = new BatchBuilder(PooledByteBufAllocator.DEFAULT);
        builder.begin();
        builder.append(System.currentTimeMillis(), null, Unpooled.wrappedBuffer(new byte[recordBytes]));
        batch = builder.finish();
    }

    public static void main(String[] arguments) throws IOException {
        var run = AppendRun.parse(arguments);
        var pool = new StoragePool(STORAGE_THREADS);
        var resources = new LogResources(pool, new ResidentBudget(ResidentBudget.DEFAULT_BYTES),
                InstantSource.system());
        var directory = LogDirectory.open(run.folder(), resources,
                DirectorySettings.of(Settings.parse(new io.millrace.protocol.setting.SettingCatalog(
                        DirectorySettings.ALL), Map.of())));
        var appends = new MillraceAppends(run.recordBytes());
        appends.open(directory, run.policy());
        System.out.println(run.measure(appends));
        System.out.flush();
        Runtime.getRuntime().halt(0); // the logs are thrown away
    }

    private void open(LogDirectory directory, AppendRun.Policy policy) {
        var settings = switch (policy) {
            case NONE -> Map.<String, String>of();
            case INTERVAL -> Map.of("flush.ms", "5");
            case SYNC -> Map.of("flush.messages", "1");
        };
        CompletableFuture<PartitionLog> opened = directory.open(new PartitionName("appends", 0),
                Uuid.random(),
                posted::add, LogSettings.of(Settings.parse(TopicSettings.CATALOG, settings)));
        log = opened.join();
        log.epochs().assign(0, 0);
    }

    @Override
    public void append() {
        var verdict = validator.check(batch, batch.readerIndex(), batch.readableBytes(), RULES,
                System.currentTimeMillis());
        if (verdict != ErrorCode.NONE) {
            throw new IllegalStateException("the batch is refused: " + verdict);
        }
        waiting++;
        onRoom();
    }

    @Override
    public void onRoom() {
        isAwaitingRoom = false;
        long timestampMs = validator.maxTimestamp();
        int bytes = batch.readableBytes();
        while (waiting > 0) {
            if (!log.hasRoom(bytes, timestampMs)) {
                awaitRoom(bytes, timestampMs);
                return;
            }
            log.append(batch, batch.readerIndex(), bytes, 0);
            waiting--;
        }
    }

    private void awaitRoom(int bytes, long timestampMs) {
        if (!isAwaitingRoom) {
            isAwaitingRoom = true;
            log.whenRoom(bytes, timestampMs, this);
        }
    }

    @Override
    public void onStorageError(IOException error) {
        throw new IllegalStateException(error);
    }

    @Override
    public long complete() {
        for (var task = posted.poll(); task != null; task = posted.poll()) {
            task.run();
        }
        return log.flush().settledOffset();
    }
}
