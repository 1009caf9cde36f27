package io.millrace.broker.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.coordinator.group.journal.LogRecord;
import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.FollowerFetch;
import io.millrace.broker.partition.FollowingListener;
import io.millrace.broker.partition.TestReplicas;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker 1 leads a partition whose log ends with a record that its follower lacks. */
class LedPartitionTest {
    private static final int EPOCH = 5;

    @TempDir Path folder;
    private TestReplicas replicas;
    private LedPartition led;
    private final List<String> read = new ArrayList<>();
    private final List<ErrorCode> outcome = new ArrayList<>();

    @BeforeEach
    void lead() throws IOException {
        replicas = new TestReplicas(folder, DiskCalls.SYSTEM, FollowingListener.NONE);
        replicas.apply(new PartitionImage(0, List.of(1, 2), List.of(1, 2), 1, EPOCH, 0));
        led = new LedPartition(replicas.partition(0), InstantSource.system());
        append("committed");
        followerHas(1);
        append("not committed");
    }

    @AfterEach
    void stop() throws IOException {
        replicas.close();
    }

    private void append(String key) {
        long end = replicas.partition(0).log().logEndOffset() + 1;
        var record = new LogRecord(Bytes.utf8(key), null);
        replicas.loop.run(() -> led.append(List.of(record), error -> {}));
        replicas.loop.runUntil(key, () -> replicas.partition(0).log().logEndOffset() == end);
    }

    private void followerHas(long offset) {
        replicas.loop
                .run(() -> replicas.partition(0).fetched(new FollowerFetch(2, 12, EPOCH, offset, EPOCH)));
    }

    private void replay() {
        replicas.loop.run(() -> led.replay((key, value) -> read.add(key.toString(StandardCharsets.UTF_8)),
                outcome::add));
        replicas.loop.runUntil("the first record", () -> !read.isEmpty());
    }

    @Test
    void whatIsNotCommittedIsReadWhenItIs() {
        replay();
        assertThat(read).containsExactly("committed");
        assertThat(outcome).isEmpty();
        followerHas(2);
        replicas.loop.runUntil("the end", () -> !outcome.isEmpty());
        assertThat(read).containsExactly("committed", "not committed");
        assertThat(outcome).containsExactly(ErrorCode.NONE);
    }

    @Test
    void whatAnotherLeaderMayCutIsNeverRead() {
        replay();
        replicas.apply(new PartitionImage(0, List.of(1, 2), List.of(1, 2), 2, EPOCH + 1, 1));
        replicas.loop.run();
        assertThat(read).containsExactly("committed");
        assertThat(outcome).isEmpty();
    }
}
