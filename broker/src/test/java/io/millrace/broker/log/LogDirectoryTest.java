package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.EpochHistory.Start;
import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DeletedFolders;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.file.TopicIdFile;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoryTest {
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 20);
    private static final int APPENDS_PER_KILL = 50;
    private static final LogSettings SMALL_SEGMENTS = TestStorage.settings("segment.bytes", "1048576",
            "file.delete.delay.ms", "0");

    @TempDir Path path;

    private final TestStorage storage = new TestStorage();
    private int sequence;

    @AfterEach
    void stop() {
        storage.close();
    }

    private TestBatch next(int valueBytes) {
        sequence += 2;
        return TestBatch.of(2).valueBytes(valueBytes).timestampMs(storage.nowMs).from(5, 0, sequence - 2);
    }

    /** What a kill leaves: the files as they are, without a moment of rest. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (var name : new String[] {"recovery-point-offset-checkpoint", "log-start-offset-checkpoint"}) {
            if (Files.exists(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
        var folder = Files.createDirectory(to.resolve("orders-0"));
        try (var files = Files.list(from.resolve("orders-0"))) {
            for (var file : files.sorted().toList()) {
                if (!file.toString().endsWith(".tmp")) {
                    copyIfThere(file, folder.resolve(file.getFileName()));
                }
            }
        }
    }

    private static void copyIfThere(Path from, Path to) throws IOException {
        try {
            Files.copy(from, to);
        } catch (NoSuchFileException e) {
            assertThat(from).as("was deleted in between").doesNotExist();
        }
    }

    @Test
    void findsALogAgainThatWasClosedInOrder() throws IOException {
        var directory = storage.directory(path);
        assertThat(directory.lastCleanEpoch()).isEmpty();
        var log = storage.open(directory, SMALL_SEGMENTS);
        storage.onOwner(() -> {
            log.epochs().assign(3, 0);
            return null;
        });
        for (int i = 0; i < 70; i++) {
            storage.append(log, next(20_000));
        }
        long size = log.sizeInBytes();
        directory.close(42);

        var again = storage.directory(path);
        assertThat(again.lastCleanEpoch()).hasValue(42);
        assertThat(again.partitions()).containsExactly(TestStorage.ORDERS);
        var reopened = storage.open(again, SMALL_SEGMENTS);
        assertThat(again.logs()).containsExactly(reopened);
        assertThat(reopened.logEndOffset()).isEqualTo(140);
        assertThat(reopened.sizeInBytes()).isEqualTo(size);
        assertThat(reopened.recoveryPoint()).isEqualTo(140);
        assertThat(reopened.epochs().starts()).containsExactly(new Start(3, 0));
        var last = TestBatch.of(2).from(5, 0, 138).view();
        assertThat(storage.onOwner(() -> reopened.producers().check(last)))
                .isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
        assertThat(storage.append(reopened, next(10))).isEqualTo(140);
        again.close();
    }

    @Test
    void refusesASecondUser() throws IOException {
        var directory = storage.directory(path);
        assertThatThrownBy(() -> storage.directory(path)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("Another process is using the log directory " + path);
        directory.close();
        storage.directory(path).close();
    }

    @Test
    void losesNothingThatWasAppendedWhenItIsKilledAtAnyMoment() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var settings = TestStorage.settings("segment.bytes", "1048576", "retention.bytes", "1048576",
                "file.delete.delay.ms", "0");
        var directory = storage.directory(path.resolve("live"));
        var log = storage.open(directory, settings);
        var acknowledged = new AtomicLong();
        var permits = new Semaphore(0);
        var producer = new Thread(() -> {
            for (int i = 0; i < KILLS * APPENDS_PER_KILL; i++) {
                permits.acquireUninterruptibly();
                acknowledged.set(storage.append(log, next(random.nextInt(40_000))) + 2);
            }
        });
        producer.start();
        for (int i = 0; i < KILLS; i++) {
            var killed = path.resolve("killed" + i);
            permits.release(APPENDS_PER_KILL);
            if (i % 10 == 0) {
                directory.care().applyRetention();
                directory.care().checkpoint().join();
            }
            long before = acknowledged.get();
            copy(path.resolve("live"), killed);
            var again = storage.directory(killed);
            var recovered = storage.open(again, settings);
            assertThat(recovered.logEndOffset()).as("seed %d, kill %d", seed, i)
                    .isGreaterThanOrEqualTo(before);
            assertThat(recovered.logStartOffset()).isLessThanOrEqualTo(before);
            int nextSequence = (int) recovered.logEndOffset();
            var following = TestBatch.of(2).from(5, 0, nextSequence).view();
            assertThat(storage.onOwner(() -> recovered.producers().check(following)))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(storage.append(recovered, TestBatch.of(2).from(5, 0, nextSequence)))
                    .isEqualTo(nextSequence);
            again.close();
            DeletedFolders.remove(killed.resolve("orders-0"));
        }
        producer.join();
        directory.close();
    }

    @Test
    void aDeletedLogsNameIsFreeAtOnceAndItsFilesGo() throws IOException {
        var directory = storage.directory(path);
        var log = storage.open(directory, SMALL_SEGMENTS);
        storage.append(log, next(10));
        var deleted = directory.delete(TestStorage.ORDERS, TestStorage.TOPIC);
        var newTopic = Uuid.random();
        var fresh = directory.open(TestStorage.ORDERS, newTopic, storage.owner, SMALL_SEGMENTS)
                .orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(deleted).isDone();
        assertThat(fresh.logEndOffset()).isZero();
        assertThat(TopicIdFile.read(path.resolve("orders-0"))).isEqualTo(newTopic);
        TestStorage.waitUntil(() -> path.toFile().list((dir, name) -> name.endsWith("-delete")).length == 0);
        directory.close();
    }

    @Test
    void whatLiesBehindTheLastRecordOfASegmentIsCutOff() throws IOException {
        var directory = storage.directory(path);
        var log = storage.open(directory, SMALL_SEGMENTS);
        var offsets = new ArrayList<Long>();
        for (int i = 0; i < 200; i++) {
            offsets.add(storage.append(log, next(9_000)));
        }
        directory.close();
        var sizes = new TreeMap<Path, Long>();
        try (var files = Files.newDirectoryStream(path.resolve("orders-0"), "*.log")) {
            for (var file : files) {
                sizes.put(file, Files.size(file));
                Files.write(file,
                        "no batch, but a hundred bytes or so of something else, which nobody asked for"
                                .repeat(2).getBytes(StandardCharsets.UTF_8),
                        StandardOpenOption.APPEND);
            }
        }
        assertThat(sizes).hasSizeGreaterThan(2);

        var again = storage.directory(path);
        log = storage.open(again, SMALL_SEGMENTS);
        assertThat(storage.readBaseOffsets(log)).isEqualTo(offsets);
        offsets.add(storage.append(log, next(9_000)));
        assertThat(storage.readBaseOffsets(log)).isEqualTo(offsets);
        again.close();
        sizes.headMap(sizes.lastKey()).forEach((file, size) -> assertThat(file).hasSize(size));
    }

    /** As a power cut may leave it in the first seconds, before anything was forced. */
    @Test
    void aFolderWhoseTopicIdDidNotReachTheDiskGivesWay() throws IOException {
        var empty = Files.createDirectory(path.resolve("orders-0"));
        Files.createFile(empty.resolve("partition.metadata"));
        Files.createFile(empty.resolve("00000000000000000000.log"));
        var directory = storage.directory(path);
        var log = storage.open(directory, SMALL_SEGMENTS);
        assertThat(path.toFile().list()).as("nothing lay there").noneMatch(name -> name.endsWith("-stray"));
        storage.append(log, next(10));
        directory.delete(TestStorage.ORDERS, TestStorage.TOPIC).join();
        var someones = Files.createDirectory(path.resolve("orders-0"));
        Files.write(someones.resolve("partition.metadata"), new byte[40]);
        Files.write(someones.resolve("00000000000000000000.log"), new byte[100]);

        assertThat(storage.open(directory, SMALL_SEGMENTS).logEndOffset()).isZero();
        assertThat(TopicIdFile.read(path.resolve("orders-0"))).isEqualTo(TestStorage.TOPIC);
        assertThat(path.toFile().list()).as("kept").anyMatch(name -> name.endsWith("-stray"));
        directory.close();
    }

    @Test
    void aFolderOfAnEarlierTopicGivesWay() throws IOException {
        var directory = storage.directory(path);
        storage.append(storage.open(directory, SMALL_SEGMENTS), next(10));
        directory.close();
        Files.createDirectory(path.resolve("x-0.abc-delete"));
        var again = storage.directory(path);
        var fresh = again.open(TestStorage.ORDERS, Uuid.random(), storage.owner, SMALL_SEGMENTS).join();
        assertThat(fresh.logEndOffset()).isZero();
        TestStorage.waitUntil(() -> path.toFile().list((dir, name) -> name.endsWith("-delete")).length == 0);
        assertThat(straysOf("orders-0")).singleElement().satisfies(
                stray -> assertThat(stray.resolve("00000000000000000000.log")).isNotEmptyFile());
        again.close();
    }

    @Test
    void aFolderThatNobodyKnowsIsSetAsideAndOneInUseIsNot() throws IOException {
        var directory = storage.directory(path);
        storage.append(storage.open(directory, SMALL_SEGMENTS), next(10));
        for (var name : List.of("lost-3", "known-0", "kept.0123-stray", "not a partition")) {
            Files.writeString(Files.createDirectory(path.resolve(name)).resolve("data"), name);
        }
        directory.setAsideStrays(Set.of(new PartitionName("known", 0))).join();
        assertThat(straysOf("lost-3")).singleElement()
                .satisfies(stray -> assertThat(stray.resolve("data")).hasContent("lost-3"));
        assertThat(path.resolve("lost-3")).doesNotExist();
        for (var left : List.of("orders-0", "known-0", "kept.0123-stray", "not a partition")) {
            assertThat(path.resolve(left)).isDirectory();
        }
        directory.close();
    }

    private List<Path> straysOf(String name) throws IOException {
        try (var folders = Files.list(path)) {
            return folders.filter(
                    folder -> folder.getFileName().toString().matches(name + "\\.[0-9a-f]{32}-stray"))
                    .toList();
        }
    }

    @Test
    void oneDamagedLogDoesNotKeepOthersFromServingButFromACleanMark() throws IOException {
        var directory = storage.directory(path);
        var log = storage.open(directory, SMALL_SEGMENTS);
        for (int i = 0; i < 5; i++) {
            storage.append(log, next(10));
        }
        directory.close();
        Files.delete(path.resolve(".kafka_cleanshutdown"));
        try (var file = new RandomAccessFile(path.resolve("orders-0/00000000000000000000.log").toFile(),
                "rw")) {
            file.seek(70);
            file.write(0xff);
        }
        var again = storage.directory(path);
        assertThatThrownBy(() -> storage.open(again, SMALL_SEGMENTS))
                .hasCauseInstanceOf(DamagedFileException.class);
        var other = again
                .open(new PartitionName("orders", 1), TestStorage.TOPIC, storage.owner, SMALL_SEGMENTS)
                .join();
        assertThat(storage.append(other, TestBatch.of(1))).isZero();
        again.close();
        var third = storage.directory(path);
        assertThat(third.lastCleanEpoch()).isEmpty();
        assertThatThrownBy(() -> storage.open(third, SMALL_SEGMENTS))
                .hasCauseInstanceOf(DamagedFileException.class);
        third.close();
    }

    @Test
    void retentionByTimeEmptiesEvenTheActiveSegmentAndTheStartIsKept() throws IOException {
        var settings = TestStorage.settings("segment.bytes", "1048576", "retention.ms", "60000",
                "file.delete.delay.ms",
                "0");
        var directory = storage.directory(path);
        var log = storage.open(directory, settings);
        for (int i = 0; i < 60; i++) {
            storage.append(log, next(20_000));
        }
        directory.care().applyRetention();
        storage.nowMs += 60_001;
        storage.onOwner(() -> null);
        assertThat(log.logStartOffset()).isZero();
        directory.care().applyRetention();
        TestStorage.waitUntil(() -> log.logStartOffset() == 120);
        assertThat(log.logEndOffset()).isEqualTo(120);
        TestStorage.waitUntil(() -> path.resolve("orders-0").toFile()
                .list((dir, name) -> name.endsWith(".log")).length == 1);
        assertThat(storage.append(log, next(10))).isEqualTo(120);
        directory.care().checkpoint().join();
        copy(path, path.resolve("killed"));
        var again = storage.directory(path.resolve("killed"));
        var recovered = storage.open(again, settings);
        assertThat(recovered.logStartOffset()).isEqualTo(120);
        assertThat(recovered.logEndOffset()).isEqualTo(122);
        again.close();
        directory.close();
    }

    @Test
    void retentionBySizeKeepsAtLeastThatMuch() throws IOException {
        var settings = TestStorage.settings("segment.bytes", "1048576", "retention.bytes", "2000000",
                "file.delete.delay.ms", "0");
        var directory = storage.directory(path);
        var log = storage.open(directory, settings);
        for (int i = 0; i < 200; i++) {
            storage.append(log, next(20_000));
        }
        directory.care().applyRetention();
        TestStorage.waitUntil(() -> log.logStartOffset() > 0);
        assertThat(log.sizeInBytes()).isBetween(2_000_000L, 2_000_000L + 1_048_576L);
        assertThat(log.logEndOffset()).isEqualTo(400);
        directory.close();
    }

    /** As when a topic is deleted and made again, and the broker killed, before the checkpoints are written. */
    @Test
    void aNewLogTakesNothingOverFromADeletedOneOfItsNameNorAfterACrash() throws IOException {
        try (var directory = storage.directory(path.resolve("0"))) {
            var log = storage.open(directory, TestStorage.settings("flush.messages", "1"));
            storage.append(log, next(10));
            TestStorage.waitUntil(() -> log.recoveryPoint() > 0);
            directory.care().checkpoint().join();
            directory.delete(TestStorage.ORDERS, TestStorage.TOPIC).join();
            assertThat(storage.open(directory, SMALL_SEGMENTS).logEndOffset()).isZero();
            copy(path.resolve("0"), path.resolve("1"));
        }
        try (var directory = storage.directory(path.resolve("1"))) {
            var log = storage.open(directory, SMALL_SEGMENTS);
            assertThat(log.logEndOffset()).isZero();
            assertThat(storage.append(log, TestBatch.of(1))).isZero();
        }
        Files.delete(path.resolve("1/.kafka_cleanshutdown"));
        DeletedFolders.remove(path.resolve("1/orders-0"));
        try (var directory = storage.directory(path.resolve("1"))) {
            assertThat(storage.open(directory, SMALL_SEGMENTS).logEndOffset()).isZero();
        }
    }
}
