package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.segment.TestBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFlushTest {
    @TempDir Path path;
    private final TestStorage storage = new TestStorage();
    private LogDirectory directory;

    @BeforeEach
    void openDirectory() throws IOException {
        directory = storage.directory(path);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
        storage.close();
    }

    private PartitionLog open(String... settings) {
        return storage.open(directory, TestStorage.settings(settings));
    }

    @Test
    void withoutAPolicyAllIsSettledAtOnceAndNothingIsForced() {
        var log = open();
        int forcesBefore = storage.disk.forces();
        for (int i = 0; i < 100; i++) {
            storage.append(log, TestBatch.of(1));
            assertThat(log.flush().settledOffset()).isEqualTo(i + 1);
        }
        assertThat(storage.disk.forces()).isEqualTo(forcesBefore);
        assertThat(log.recoveryPoint()).isZero();
    }

    @Test
    void oneForceSettlesEverythingThatWaitsForIt() {
        var log = open("flush.messages", "1");
        var told = new AtomicLong();
        log.flush().listen(new LogFlush.Listener() {
            @Override
            public void onForced() {
                told.set(log.flush().settledOffset());
            }

            @Override
            public void onFailed(IOException cause) {
                throw new AssertionError(cause);
            }
        });
        storage.disk.holdForces();
        storage.append(log, TestBatch.of(1));
        TestStorage.waitUntil(() -> storage.disk.forces() == 1);
        for (int i = 0; i < 100; i++) {
            storage.append(log, TestBatch.of(1));
        }
        assertThat(log.flush().settledOffset()).isZero();
        storage.disk.letForce();
        TestStorage.waitUntil(() -> told.get() >= 1);
        assertThat(log.flush().settledOffset()).isEqualTo(1);
        storage.disk.letAllForce();
        TestStorage.waitUntil(() -> told.get() == 101);
        assertThat(storage.disk.forces()).isEqualTo(2);
    }

    @Test
    void whatIsThereUnforcedWhenAnOwnerStartsToListenIsForcedWithoutAnotherAppend() {
        var log = open();
        for (int i = 0; i < 5; i++) {
            storage.append(log, TestBatch.of(1));
        }
        storage.onOwner(() -> {
            log.changeSettings(TestStorage.settings("flush.messages", "1"));
            return null;
        });
        assertThat(log.flush().settledOffset()).isZero();
        log.flush().listen(LogFlush.Listener.NONE);
        TestStorage.waitUntil(() -> log.flush().settledOffset() == 5);
    }

    @Test
    void atMostOneRecordLessThanFlushMessagesIsSettledUnforced() {
        var log = open("flush.messages", "10");
        storage.disk.holdForces();
        for (int i = 0; i < 9; i++) {
            storage.append(log, TestBatch.of(1));
        }
        assertThat(storage.disk.forces()).isZero();
        for (int i = 0; i < 20; i++) {
            storage.append(log, TestBatch.of(1));
        }
        assertThat(log.flush().settledOffset()).isEqualTo(9);
        storage.disk.letAllForce();
        TestStorage.waitUntil(() -> log.flush().settledOffset() == 29);
    }

    @Test
    void whatWasAppendedIsForcedWhenItIsAsOldAsFlushMsAllows() {
        var log = open("flush.ms", "20");
        storage.append(log, TestBatch.of(3));
        assertThat(log.flush().settledOffset()).isEqualTo(3);
        TestStorage.waitUntil(() -> log.recoveryPoint() == 2);
        storage.append(log, TestBatch.of(3));
        TestStorage.waitUntil(() -> log.recoveryPoint() == 5);
    }

    @Test
    void aForceCoversWhatCameSinceTheLastOneAndWhatWasCutAndAppendedAgain() {
        var log = open("flush.messages", "1");
        for (int i = 0; i < 20; i++) {
            storage.append(log, TestBatch.of(1).valueBytes(20_000));
            long next = i + 1L;
            TestStorage.waitUntil(() -> log.flush().settledOffset() == next);
        }
        var forces = storage.disk.mappedForces();
        assertThat(forces).hasSize(20).allSatisfy(
                force -> assertThat(force.sizeInBytes()).isBetween(20_000L,
                        20_100L + MappedRegion.PAGE_BYTES));
        storage.cut(log, 10);
        storage.append(log, TestBatch.of(1).valueBytes(20_000));
        TestStorage.waitUntil(() -> log.flush().settledOffset() == 11);
        long start = forces.get(0).address();
        assertThat(storage.disk.mappedForces()).last().satisfies(force -> {
            assertThat(force.address()).isBetween(start, start + 10 * 20_100L);
            assertThat(force.address() + force.sizeInBytes()).isGreaterThan(start + 11 * 20_000L);
        });
    }

    @Test
    void theRecoveryPointFollowsForcesAcrossSegments() {
        var log = open("flush.messages", "5", "segment.bytes", "1048576");
        for (int i = 0; i < 200; i++) {
            storage.append(log, TestBatch.of(1).valueBytes(20_000));
        }
        assertThat(log.segments()).hasSizeGreaterThan(2);
        TestStorage.waitUntil(() -> log.recoveryPoint() > 194);
        assertThat(log.recoveryPoint()).isLessThanOrEqualTo(200);
    }

    @Test
    void aFailedForceIsNeverTriedAgainAndTheLogTakesNoMoreAppends() {
        var log = open("flush.messages", "1");
        storage.disk.failForces(new IOException("Input/output error"));
        storage.append(log, TestBatch.of(1));
        TestStorage.waitUntil(() -> !storage.onOwner(() -> log.hasRoom(1, 0)));
        storage.disk.failForces(null);
        int forces = storage.disk.forces();
        assertThatThrownBy(() -> storage.append(log, TestBatch.of(1)))
                .hasMessageContaining("offline: Input/output error");
        assertThat(log.flush().settledOffset()).isZero();
        assertThat(log.recoveryPoint()).isZero();
        assertThat(storage.disk.forces()).isEqualTo(forces).isEqualTo(1);
    }
}
