package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.RoomListener;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.disk.TestDisk;
import io.millrace.broker.log.file.FutureFolders;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.partition.LogStore.Wanted;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoriesTest {
    private static final long HOUR_MS = 3_600_000;
    private static final DirectorySettings SELDOM = new DirectorySettings(HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS,
            0);

    @TempDir Path root;
    private final ExecutorService owner = Executors.newSingleThreadExecutor();
    private final StoragePool pool = new StoragePool(2);
    private final TestDisk disk = new TestDisk();
    private final AtomicReference<IOException> uselessness = new AtomicReference<>();
    private final Uuid topicId = Uuid.random();
    private Path one;
    private Path two;

    @BeforeEach
    void makeFolders() throws IOException {
        one = Files.createDirectory(root.resolve("one"));
        two = Files.createDirectory(root.resolve("two"));
    }

    @AfterEach
    void close() {
        owner.shutdown();
        pool.close();
    }

    private LogDirectories open() throws IOException {
        return new LogDirectories(List.of(one, two), new LogResources(pool,
                new ResidentBudget(ResidentBudget.DEFAULT_BYTES), InstantSource.system(), disk), SELDOM,
                uselessness::set);
    }

    private PartitionLog open(LogDirectories directories, String topic, int partition) {
        return directories.open(new Wanted(topic, topicId, partition, owner, LogSettings.DEFAULTS))
                .orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static long partitionsIn(Path directory) {
        return directory.toFile().list((dir, name) -> name.startsWith("orders-")).length;
    }

    @Test
    void newPartitionsAreSpreadByCountAndFoundAgain() throws IOException {
        var directories = open();
        for (int i = 0; i < 7; i++) {
            open(directories, "orders", i);
        }
        assertThat(Math.abs(partitionsIn(one) - partitionsIn(two))).isEqualTo(1);
        directories.close(5);
        var again = open();
        assertThat(again.lastCleanEpoch()).hasValue(5);
        for (int i = 0; i < 7; i++) {
            open(again, "orders", i);
        }
        assertThat(partitionsIn(one) + partitionsIn(two)).isEqualTo(7);
        again.close(6);
    }

    @Test
    void everyDirectoryHasAnIdentityOfItsOwn() throws IOException {
        var directories = open();
        directories.claim("cluster", 3);
        var first = Files.readString(one.resolve("meta.properties"));
        var second = Files.readString(two.resolve("meta.properties"));
        assertThat(first).contains("cluster.id=cluster", "node.id=3", "directory.id=");
        assertThat(second).contains("cluster.id=cluster", "node.id=3", "directory.id=").isNotEqualTo(first);
        directories.close(1);
    }

    @Test
    void aFailedDirectoryIsAvoidedAndTheLastOneIsMissed() throws IOException {
        var directories = open();
        directories.started();
        var failing = open(directories, "orders", 0);
        var failed = failing.folder().getParent();
        disk.failAllocations(new IOException("Input/output error"));
        var refused = new CompletableFuture<IOException>();
        owner.execute(() -> failing.whenRoom(100, 0, new RoomListener() {
            @Override
            public void onRoom() {
                refused.completeExceptionally(new AssertionError("there is room on a disk that failed"));
            }

            @Override
            public void onStorageError(IOException error) {
                refused.complete(error);
            }
        }));
        assertThat(refused.orTimeout(20, TimeUnit.SECONDS).join()).hasMessageContaining("Input/output error");
        disk.failAllocations(null);
        assertThat(uselessness).hasValue(null);
        for (int i = 1; i < 4; i++) {
            assertThat(open(directories, "orders", i).folder().getParent()).isNotEqualTo(failed);
        }
        directories.close(1);
    }

    @Test
    void whatMayLieInAMissingDirectoryIsNotMadeAnewElsewhere() throws IOException {
        var directories = open();
        for (int i = 0; i < 4; i++) {
            open(directories, "orders", i);
        }
        directories.close(1);
        Files.move(two, root.resolve("elsewhere"));
        Files.writeString(two, "no directory");
        var again = open();
        assertThat(again.lastCleanEpoch()).isEmpty();
        long offline = 0;
        for (int i = 0; i < 4; i++) {
            var wanted = new Wanted("orders", topicId, i, owner, LogSettings.DEFAULTS);
            if (again.open(wanted).handle((log, error) -> error != null).orTimeout(20, TimeUnit.SECONDS)
                    .join()) {
                offline++;
            }
        }
        assertThat(offline).isEqualTo(2);
        assertThat(partitionsIn(one)).isEqualTo(2);
        again.started();
        assertThat(open(again, "orders", 4).folder()).hasParent(one);
        again.close(2);
    }

    @Test
    void aPartitionInTwoDirectoriesStopsTheStart() throws IOException {
        Files.createDirectory(one.resolve("orders-0"));
        Files.createDirectory(two.resolve("orders-0"));
        assertThatThrownBy(this::open).hasMessageContaining("orders-0").hasMessageContaining(one.toString())
                .hasMessageContaining(two.toString());
    }

    @Test
    void ofTwoFoldersThatAStopInAMoveLeavesTheMovedOneIsUsed() throws IOException {
        for (var directory : List.of(one, two)) {
            Files.createDirectories(directory.resolve("orders-0"));
        }
        FutureFolders.mark(two.resolve("orders-0"));
        var directories = open();
        assertThat(open(directories, "orders", 0).folder()).isEqualTo(two.resolve("orders-0"));
        assertThat(one.resolve("orders-0")).doesNotExist();
        directories.close(5);
    }
}
