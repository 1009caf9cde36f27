package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.LogDamage.Done;
import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DeletedFolders;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Power cuts and damaged files: what was forced is there, a tail is cut at a batch, all else is rebuilt or named. */
class LogDamageTest {
    private static final int CASES = Boolean.getBoolean("millrace.nightly") ? 2_000 : 200;
    private static final int CASES_PER_LOG = 20;
    private static final int MOST_APPENDS = 15;
    private static final PartitionName OTHER = new PartitionName("orders", 1);
    /** Where a mark names its offset. */
    private static final int MARK_AT = 14;
    private static final String FOLDER = TestStorage.ORDERS.toString();

    @TempDir(factory = InMemory.class) Path path;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestStorage storage = new TestStorage();
    /** Base offset and checksum of all that was appended; offsets are sequence numbers too. */
    private final TreeMap<Long, Integer> appended = new TreeMap<>();
    private LogSettings settings;
    private int number;

    /** The cuts are simulated, so forcing may be free. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
                throws IOException {
            var memory = Path.of("/dev/shm");
            return Files.isWritable(memory) ? Files.createTempDirectory(memory, "millrace")
                    : Files.createTempDirectory("millrace");
        }
    }

    /**
     * The offset up to which everything must be found again, the one below which damage is no torn tail, and the one
     * below which a recovery need not look.
     */
    private record Promise(long forcedOffset, long recoveryPoint, long mark) {}

    @AfterEach
    void stop() {
        storage.close();
    }

    @Test
    void whatWasForcedSurvivesACutAndDamageIsRepairedOrNamed() throws IOException {
        while (number < CASES) {
            storage.close();
            storage = new TestStorage();
            liveOneLog(path.resolve("log" + number));
        }
    }

    private void liveOneLog(Path root) throws IOException {
        appended.clear();
        settings = TestLog.settings(8192 << random.nextInt(3),
                random.nextBoolean() ? 1 + random.nextInt(8) : Long.MAX_VALUE);
        var live = Files.createDirectories(root).toRealPath().resolve("live");
        var power = new PowerCut(live);
        storage.disk.beforeForce(power::beforeForce);
        storage.disk.beforeMappedForce(power::beforeMappedForce);
        var directory = storage.directory(live);
        var log = storage.open(directory, settings);
        for (int i = 1; i < CASES_PER_LOG; i++) {
            appendSome(log);
            if (random.nextInt(3) == 0) {
                directory.care().checkpoint().join();
            }
            long point = checkpointed(live);
            var image = root.resolve("cut" + number);
            var known = power.forced();
            power.cut(known, image, random);
            verify(image, new Promise(forcedEnd(known), point, marked(image)));
        }
        directory.close();
        long end = log.logEndOffset();
        copyTree(live, root.resolve("closed"));
        verify(root.resolve("closed"), new Promise(end, end, end));
        delete(live);
    }

    private void appendSome(PartitionLog log) {
        if (random.nextInt(4) == 0) {
            storage.onOwner(() -> {
                log.epochs().assign(log.epochs().latestEpoch() + 1, log.logEndOffset());
                return null;
            });
        }
        for (int i = random.nextInt(MOST_APPENDS); i >= 0; i--) {
            var batch = batchAt(log.logEndOffset(), 1 + random.nextInt(900));
            appended.put(storage.append(log, batch), batch.view().crc());
        }
    }

    private static TestBatch batchAt(long offset, int valueBytes) {
        return TestBatch.of(2).valueBytes(valueBytes).timestampMs(timeOf(offset)).from(5, 0, (int) offset);
    }

    private static long timeOf(long offset) {
        return 1_000 + 10 * offset;
    }

    private static long checkpointed(Path live) throws IOException {
        var file = live.resolve("recovery-point-offset-checkpoint");
        return !Files.exists(file) ? 0
                : Files.readAllLines(file).stream().filter(line -> line.startsWith("orders 0 "))
                        .mapToLong(line -> Long.parseLong(line.split(" ")[2])).findFirst().orElse(0);
    }

    private static long marked(Path image) throws IOException {
        var file = image.resolve(FOLDER).resolve("recovery-mark");
        boolean isThere = Files.exists(file) && Files.size(file) >= MARK_AT + Long.BYTES;
        return isThere ? ByteBuffer.wrap(Files.readAllBytes(file)).getLong(MARK_AT) : 0;
    }

    /** Where the batches end that lie whole in forced bytes, without a gap. */
    private static long forcedEnd(Map<Path, byte[]> forced) {
        long end = 0;
        var sorted = new TreeMap<>(forced);
        for (var file : sorted.entrySet()) {
            if (LogFiles.offsetOf(file.getKey(), LogFiles.LOG) != end) {
                return end;
            }
            for (long[] batch : batchesIn(file.getValue())) {
                end = batch[1];
            }
        }
        return end;
    }

    /** Position and next offset of each whole batch. */
    private static List<long[]> batchesIn(byte[] bytes) {
        var found = new ArrayList<long[]>();
        var file = ByteBuffer.wrap(bytes);
        int at = 0;
        while (at + RecordBatch.HEADER_BYTES <= bytes.length && file.getInt(at + RecordBatch.LENGTH_AT) > 0
                && at + RecordBatch.PREFIX_BYTES + file.getInt(at + RecordBatch.LENGTH_AT) <= bytes.length) {
            found.add(new long[] {at,
                file.getLong(at) + file.getInt(at + RecordBatch.LAST_OFFSET_DELTA_AT) + 1});
            at += RecordBatch.PREFIX_BYTES + file.getInt(at + RecordBatch.LENGTH_AT);
        }
        return found;
    }

    private void verify(Path image, Promise promise) throws IOException {
        var folder = image.resolve(FOLDER);
        var before = Files.exists(folder) ? segmentsOf(folder) : Map.<Path, byte[]>of();
        var kinds = LogDamage.values();
        var done = kinds[random.nextInt(3) == 0 ? 0 : random.nextInt(kinds.length)].happen(image, folder,
                random);
        var name = "seed " + seed + ", case " + number++ + ", " + done + ", " + promise;
        long hurtOffset = hurtOffset(before, done);
        try (var again = new TestStorage(); var directory = again.directory(image)) {
            var other = directory.open(OTHER, TestStorage.TOPIC, again.owner, settings).orTimeout(20,
                    TimeUnit.SECONDS).join();
            assertThat(again.append(other, TestBatch.of(1))).as(name).isNotNegative();
            var log = open(again, directory, new Hurt(name, done, hurtOffset, promise));
            if (log != null) {
                verifyContent(again, log, new Hurt(name, done, hurtOffset, promise));
            }
        }
        delete(image);
    }

    private record Hurt(String name, Done done, long offset, Promise promise) {
        /** Or right at it: behind the end of a segment that was forced as a whole. */
        boolean isBelowRecoveryPoint() {
            return offset <= promise.recoveryPoint;
        }
    }

    private static Map<Path, byte[]> segmentsOf(Path folder) throws IOException {
        var segments = new TreeMap<Path, byte[]>();
        try (var files = Files.newDirectoryStream(folder, "*.log")) {
            for (var file : files) {
                segments.put(file, Files.readAllBytes(file));
            }
        }
        return segments;
    }

    /** The first offset whose batch may have been hurt. */
    private static long hurtOffset(Map<Path, byte[]> before, Done done) {
        if (!done.damage().isOfSegment() || done.file() == null) {
            return Long.MAX_VALUE;
        }
        long offset = LogFiles.offsetOf(done.file(), LogFiles.LOG);
        for (long[] batch : batchesIn(before.get(done.file()))) {
            if (batch[0] > done.position()) {
                break;
            }
            long next = batch[1];
            boolean isHurt = done.position() < endOf(before.get(done.file()), batch[0]);
            if (isHurt) {
                return offset;
            }
            offset = next;
        }
        return offset;
    }

    private static long endOf(byte[] file, long batchAt) {
        return batchAt + RecordBatch.PREFIX_BYTES
                + ByteBuffer.wrap(file).getInt((int) batchAt + RecordBatch.LENGTH_AT);
    }

    /** Null if the log is refused, which must be by name. */
    private PartitionLog open(TestStorage again, LogDirectory directory, Hurt hurt) {
        try {
            return again.open(directory, settings);
        } catch (CompletionException e) {
            assertThat(hurt.isBelowRecoveryPoint() || hurt.done.damage().isOfIdentity())
                    .as("%s: %s", hurt.name, e.getCause()).isTrue();
            assertThat(e.getCause()).as(hurt.name).isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining("orders-0");
            return null;
        }
    }

    private void verifyContent(TestStorage again, PartitionLog log, Hurt hurt) throws IOException {
        long end = log.logEndOffset();
        if (hurt.done.damage().isOfIdentity() && end == 0 && hurt.promise.forcedOffset > 0) {
            try (var folders = Files.newDirectoryStream(log.folder().getParent(), "orders-0.*-stray")) {
                assertThat(folders).as(hurt.name).isNotEmpty();
            }
            return;
        }
        assertThat(end).as(hurt.name).isBetween(Math.min(hurt.promise.forcedOffset, hurt.offset),
                appended.isEmpty() ? 0 : appended.lastKey() + 2);
        boolean isOnlyLonger = hurt.done.damage() == LogDamage.GARBAGE_AT_THE_END;
        if (hurt.isBelowRecoveryPoint() && !isOnlyLonger) {
            assertThat(end).as(hurt.name).isGreaterThanOrEqualTo(hurt.promise.recoveryPoint);
            return; // served as it is: clients see the checksum
        }
        if (hurt.offset < hurt.promise.mark && !isOnlyLonger) {
            return; // the same, if the mark was believed; else the log was cut there
        }
        var expected = new ArrayList<>(appended.headMap(end).entrySet());
        var found = new TreeMap<Long, Integer>();
        again.readBatches(log, batch -> {
            assertThat(batch.batchLength()).as("%s, at offset %d", hurt.name, batch.baseOffset())
                    .isPositive();
            found.put(batch.baseOffset(), crcOf(batch));
        });
        assertThat(found.entrySet()).as(hurt.name).containsExactlyElementsOf(expected);
        boolean areTimesTrusted = hurt.done.damage() != LogDamage.FLIPPED_TIMES;
        for (int i = 0; i < 3 && end > 0 && areTimesTrusted; i++) {
            long offset = random.nextLong(end) & ~1L;
            var at = log.coldReads().firstAt(timeOf(offset)).orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(at).as("%s, time of %d", hurt.name, offset).isNotNull();
            assertThat(at.offset()).as("%s, time of %d", hurt.name, offset).isEqualTo(offset);
        }
        var next = batchAt(end, 10);
        assertThat(again.onOwner(() -> log.producers().check(next.view()))).as(hurt.name)
                .isEqualTo(ErrorCode.NONE);
        assertThat(again.append(log, next)).as(hurt.name).isEqualTo(end);
    }

    private static int crcOf(RecordBatch batch) {
        var crc = new CRC32C();
        int length = batch.sizeInBytes() - RecordBatch.ATTRIBUTES_AT;
        crc.update(batch.buffer().nioBuffer(batch.index() + RecordBatch.ATTRIBUTES_AT, length));
        return (int) crc.getValue();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.sorted().toList()) {
                if (!file.endsWith(".lock")) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
            folders.forEach(DeletedFolders::remove);
        }
        DeletedFolders.remove(directory);
    }
}
