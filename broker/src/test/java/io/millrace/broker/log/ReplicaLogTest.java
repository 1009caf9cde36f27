package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that copies another one: batches with their offsets and epochs, and cuts where histories part. */
class ReplicaLogTest {
    private static final long PRODUCER = 7;
    private static final long NEVER = Long.MAX_VALUE;

    @TempDir Path folder;
    private final TestStorage storage = new TestStorage();
    private final List<LogDirectory> directories = new ArrayList<>();
    private final List<TestBatch> expected = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (var directory : directories) {
            directory.close();
        }
        storage.close();
    }

    @Test
    void holdsWhatItsLeaderHasThroughCutsRestartsAndCrashes() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var log = open(folder.resolve("0"));
        for (int round = 1; round <= 12; round++) {
            for (int i = 0; i < 25; i++) {
                change(log, random, seed);
            }
            check(log, seed);
            log = crash(log, folder.resolve(Integer.toString(round)));
            check(log, seed);
        }
    }

    private static LogSettings settings() {
        return TestLog.settings(16 << 10);
    }

    private PartitionLog open(Path path) throws IOException {
        directories.add(storage.directory(path));
        return storage.open(directories.get(directories.size() - 1), settings());
    }

    private void change(PartitionLog log, Random random, long seed) {
        int kind = random.nextInt(10);
        if (kind < 7) {
            append(log, random, seed);
        } else if (kind < 9 && !expected.isEmpty()) {
            cut(log, random, seed);
        } else if (kind == 9 && random.nextInt(8) == 0) {
            restart(log, endOffset() + random.nextInt(100), seed);
        }
    }

    private void append(PartitionLog log, Random random, long seed) {
        var bytes = Unpooled.buffer();
        for (int count = 1 + random.nextInt(8); count > 0; count--) {
            long gap = random.nextInt(6) == 0 ? random.nextInt(5) : 0;
            int epoch = epoch() + (random.nextInt(10) == 0 ? 1 : 0);
            var batch = TestBatch.of(1 + random.nextInt(4)).valueBytes(random.nextInt(600))
                    .at(endOffset() + gap).leaderEpoch(epoch).from(PRODUCER, 0, sequence());
            bytes.writeBytes(batch.encode());
            expected.add(batch);
        }
        bytes.writeBytes(TestBatch.of(1).encode(), 0, random.nextInt(70)); // a batch that the leader cut off
        assertThat(append(log, bytes, epoch())).as("seed %d", seed).isNull();
    }

    private long endOffset() {
        return expected.isEmpty() ? start : last().baseOffset() + last().records();
    }

    private long start;

    private int epoch() {
        return expected.isEmpty() ? 1 : last().leaderEpoch();
    }

    private int sequence() {
        return expected.isEmpty() ? 0 : last().producer().sequence() + last().records();
    }

    private TestBatch last() {
        return expected.get(expected.size() - 1);
    }

    private void cut(PartitionLog log, Random random, long seed) {
        var at = expected.get(Math.max(0, expected.size() - 1 - random.nextInt(30)));
        long offset = at.baseOffset() + random.nextInt(at.records());
        await(listener -> log.cut().truncateTo(offset, listener));
        expected.removeIf(batch -> batch.baseOffset() >= at.baseOffset());
        assertThat(log.logEndOffset()).as("seed %d: end after a cut at %d", seed, offset)
                .isEqualTo(at.baseOffset());
        start = expected.isEmpty() ? at.baseOffset() : start;
        await(listener -> log.cut().truncateTo(endOffset(), listener)); // what follows takes no gap
    }

    private void restart(PartitionLog log, long offset, long seed) {
        await(listener -> log.cut().restartAt(offset, listener));
        expected.clear();
        start = offset;
        assertThat(log.logStartOffset()).as("seed %d", seed).isEqualTo(offset);
    }

    private interface Change {
        void begin(RoomListener listener);
    }

    private void await(Change change) {
        var done = new CompletableFuture<Void>();
        storage.owner.execute(() -> change.begin(new RoomListener() {
            @Override
            public void onRoom() {
                done.complete(null);
            }

            @Override
            public void onStorageError(IOException error) {
                done.completeExceptionally(error);
            }
        }));
        done.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Why the batches were refused, or null. */
    private String append(PartitionLog log, ByteBuf batches, int leaderEpoch) {
        var done = new CompletableFuture<String>();
        storage.owner.execute(
                () -> log.replicaAppends().append(batches, leaderEpoch, new ReplicaAppends.Listener() {
                    @Override
                    public void appended() {
                        done.complete(null);
                    }

                    @Override
                    public void refused(String reason) {
                        done.complete(reason);
                    }

                    @Override
                    public void failed(IOException error) {
                        done.completeExceptionally(error);
                    }
                }));
        return done.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void check(PartitionLog log, long seed) {
        assertThat(headers(log)).as("seed %d", seed).isEqualTo(expected.stream()
                .map(batch -> batch.baseOffset() + "+" + batch.records() + "@" + batch.leaderEpoch())
                .toList());
        if (!expected.isEmpty()) {
            assertThat(log.epochs().latestEpoch()).as("seed %d", seed).isEqualTo(epoch());
            var next = TestBatch.of(1).from(PRODUCER, 0, sequence()).view();
            var repeat = last().view();
            assertThat(storage.onOwner(() -> log.producers().check(next).name() + " "
                    + log.producers().check(repeat).name())).as("seed %d", seed)
                    .isEqualTo("NONE DUPLICATE_SEQUENCE_NUMBER");
        }
    }

    private static List<String> headers(PartitionLog log) {
        var found = new ArrayList<String>();
        var batch = new RecordBatch();
        for (long offset = log.logStartOffset(); offset < log.logEndOffset();) {
            var read = log.read(offset, NEVER, 1, true);
            if (read == LogRead.EMPTY) {
                break; // a gap at the end
            }
            if (read.status() == LogRead.Status.COLD) {
                var warmed = new CompletableFuture<Void>();
                log.coldReads().warm(offset, 1, () -> warmed.complete(null));
                warmed.orTimeout(20, TimeUnit.SECONDS).join();
                continue;
            }
            assertThat(read.status()).isEqualTo(LogRead.Status.DATA);
            batch.wrap(read.records(), read.records().readerIndex());
            found.add(batch.baseOffset() + "+" + batch.recordCount() + "@" + batch.partitionLeaderEpoch());
            offset = batch.nextOffset();
            read.records().release();
        }
        return found;
    }

    /** Opens what a killed process would leave; files that are renamed or deleted meanwhile are left out. */
    private PartitionLog crash(PartitionLog log, Path copy) throws IOException {
        copyFiles(log.folder().getParent(), copy);
        copyFiles(log.folder(), copy.resolve(log.folder().getFileName()));
        return open(copy);
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith(".lock") && !file.toString().endsWith(".tmp")) {
                    copyIfThere(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    private static void copyIfThere(Path from, Path to) throws IOException {
        try {
            Files.copy(from, to);
        } catch (NoSuchFileException e) {
            assertThat(to).doesNotExist();
        }
    }

    @Test
    void refusesWhatNoLeaderSends() throws IOException {
        var log = open(folder);
        assertThat(append(log, TestBatch.of(2).leaderEpoch(3).encode(), 3)).isNull();
        assertThat(append(log, TestBatch.of(1).at(1).leaderEpoch(3).encode(), 3)).contains("offsets from 1");
        assertThat(append(log, TestBatch.of(1).at(2).leaderEpoch(2).encode(), 3)).contains("leader epoch 2");
        assertThat(append(log, TestBatch.of(1).at(2).leaderEpoch(4).encode(), 3)).contains("leader epoch 4");
        var flipped = TestBatch.of(1).at(2).leaderEpoch(3).encode();
        flipped.setByte(65, flipped.getByte(65) ^ 1);
        assertThat(append(log, flipped, 3)).contains("checksum");
        var negative = TestBatch.of(1).at(2).leaderEpoch(3).encode().setInt(8, -5);
        assertThat(append(log, negative, 3)).contains("a batch of -5 bytes");
        assertThat(log.logEndOffset()).isEqualTo(2);
    }

    @Test
    void leavesAGapThatNoSegmentCanSpan() throws IOException {
        var log = open(folder);
        long far = 3L << 31;
        assertThat(append(log, TestBatch.of(1).leaderEpoch(1).encode(), 1)).isNull();
        assertThat(append(log, TestBatch.of(1).at(far).leaderEpoch(1).encode(), 1)).isNull();
        assertThat(headers(log)).containsExactly("0+1@1", far + "+1@1");
        assertThat(headers(crash(log, folder.resolve("copy")))).containsExactly("0+1@1", far + "+1@1");
    }
}
