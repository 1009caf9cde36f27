package io.millrace.broker.partition.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.FutureLogs;
import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.RoomListener;
import io.millrace.broker.log.TestStorage;
import io.millrace.broker.log.file.FutureFolders;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCopyTest {
    private static final int ROUNDS = 40;
    private static final LogSettings SMALL = TestStorage.settings("segment.bytes", "1048576",
            "flush.messages",
            "3");

    @TempDir Path root;
    private final long seed = Long.getLong("millrace.move.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TestStorage storage = new TestStorage();
    private LogDirectory one;
    private LogDirectory two;
    private int epoch;

    @BeforeEach
    void openTwoDirectories() throws IOException {
        one = storage.directory(root.resolve("one"));
        two = storage.directory(root.resolve("two"));
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
        storage.close();
    }

    @Test
    void aCopyBecomesWhatItsOriginalIsWhateverHappensToThat() throws IOException {
        var original = storage.open(one, SMALL);
        var copy = openCopy(original);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                change(original);
                if (random.nextBoolean()) {
                    step(copy);
                }
            }
            if (random.nextInt(4) == 0) {
                two.close();
                two = storage.directory(root.resolve("two"));
                copy = openCopy(original);
            }
        }
        while (step(copy)) {
            assertThat(copy.log().logEndOffset()).as("seed %d", seed)
                    .isLessThanOrEqualTo(original.logEndOffset());
        }
        assertThat(copy.log().logEndOffset()).as("seed %d", seed).isEqualTo(original.logEndOffset());
        assertThat(takeOver(original)).as("seed %d", seed).isEqualTo(storage.readBaseOffsets(original));
    }

    @Test
    void aReplicaThatTookOverHasEpochsWatermarkAndStartOfTheOldOne() throws IOException {
        var original = storage.open(one, SMALL);
        for (int i = 0; i < 40; i++) {
            append(original);
        }
        await(() -> original.advanceLogStart(17));
        newEpoch(original);
        var copy = openCopy(original);
        while (step(copy)) {
            assertThat(copy.log().logStartOffset()).isLessThanOrEqualTo(17);
        }
        takeOver(original);
        var moved = two.logs().iterator().next();
        assertThat(moved.logStartOffset()).isEqualTo(17);
        assertThat(moved.highWatermark()).isEqualTo(original.highWatermark());
        assertThat(moved.epochs().starts()).isEqualTo(original.epochs().starts());
        assertThat(moved.recoveryPoint()).isEqualTo(original.logEndOffset());
        assertThat(FutureFolders.isMarked(moved.folder())).isTrue();
        two.futures().settle(TestStorage.ORDERS).join();
        assertThat(FutureFolders.isMarked(moved.folder())).isFalse();
        append(moved);
        long endOffset = moved.logEndOffset();
        two.close();
        two = storage.directory(root.resolve("two"));
        assertThat(storage.open(two, SMALL).logEndOffset()).isEqualTo(endOffset);
    }

    @Test
    void aCopyThatIsNotWantedLeavesNothingBehind() throws IOException {
        var original = storage.open(one, SMALL);
        append(original);
        step(openCopy(original));
        assertThat(two.futures().found()).containsExactly(TestStorage.ORDERS);
        two.futures().discard(TestStorage.ORDERS).orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(two.futures().found()).isEmpty();
        assertThat(two.logs()).isEmpty();
        assertThat(Files.isDirectory(root.resolve("one/orders-0"))).isTrue();
    }

    private void change(PartitionLog original) {
        switch (random.nextInt(10)) {
            case 0 -> newEpoch(original);
            case 1 -> await(() -> original.advanceLogStart(between(original)));
            case 2 -> {
                long offset = between(original);
                cut(told -> original.cut().truncateTo(offset, told));
                newEpoch(original);
            }
            case 3 -> cut(original::roll);
            case 4 -> one.care().applyRetention();
            default -> append(original);
        }
    }

    private long between(PartitionLog log) {
        long start = log.logStartOffset();
        return start + random.nextInt((int) (log.logEndOffset() - start) + 1);
    }

    private void append(PartitionLog log) {
        storage.append(log, TestBatch.of(1 + random.nextInt(4)).valueBytes(random.nextInt(50_000)).view());
    }

    private void newEpoch(PartitionLog log) {
        await(() -> log.epochs().assign(++epoch, log.logEndOffset()));
    }

    private LogCopy openCopy(PartitionLog original) {
        var copy = two.futures().open(TestStorage.ORDERS, TestStorage.TOPIC, storage.owner, SMALL)
                .orTimeout(30, TimeUnit.SECONDS).join();
        return new LogCopy(original, copy);
    }

    /** Whether there may be more to do. */
    private boolean step(LogCopy copy) {
        var more = new CompletableFuture<Boolean>();
        storage.owner.execute(() -> copy.step(150_000, new LogCopy.Listener() {
            @Override
            public void copied(long bytes) {
                more.complete(true);
            }

            @Override
            public void caughtUp() {
                more.complete(false);
            }

            @Override
            public void failed(String reason) {
                more.completeExceptionally(new AssertionError(reason + ", seed " + seed));
            }
        }));
        return more.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Answers where the batches of the moved log begin. */
    private List<Long> takeOver(PartitionLog original) {
        var held = new CompletableFuture<FutureLogs.Held>();
        storage.owner.execute(
                () -> original.cut().hold(() -> held.complete(FutureLogs.Held.of(original))));
        var state = held.orTimeout(30, TimeUnit.SECONDS).join();
        two.futures().finish(TestStorage.ORDERS, state).orTimeout(30, TimeUnit.SECONDS).join();
        var moved = storage.onOwner(
                () -> two.futures().takeOver(TestStorage.ORDERS, original, storage.owner, SMALL));
        storage.onOwner(() -> {
            original.cut().release();
            return null;
        });
        assertThat(moved.folder()).isEqualTo(root.resolve("two/orders-0"));
        return storage.readBaseOffsets(moved);
    }

    private void await(Runnable task) {
        storage.onOwner(() -> {
            task.run();
            return null;
        });
    }

    private void cut(Consumer<RoomListener> task) {
        var done = new CompletableFuture<Void>();
        storage.owner.execute(() -> task.accept(new RoomListener() {
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
}
