package io.millrace.broker.log.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small files of a log directory: Kafka's forms, read back, and told by name when damaged. */
class SideFilesTest {
    @TempDir Path folder;

    @Test
    void offsetCheckpointsNameTopicPartitionAndOffset() throws IOException {
        var offsets = Map.of(new PartitionName("orders", 3), 4711L, new PartitionName("a.b_c-d", 0), 0L);
        assertThat(OffsetCheckpoint.RECOVERY_POINTS.read(folder)).isEmpty();
        OffsetCheckpoint.RECOVERY_POINTS.write(folder, offsets);
        assertThat(OffsetCheckpoint.RECOVERY_POINTS.read(folder)).isEqualTo(offsets);
        assertThat(Files.readAllLines(folder.resolve("recovery-point-offset-checkpoint")))
                .startsWith("0", "2").contains("orders 3 4711", "a.b_c-d 0 0");
        assertThat(OffsetCheckpoint.LOG_STARTS.read(folder)).isEmpty();
    }

    @Test
    void aDamagedOffsetCheckpointIsToldByName() throws IOException {
        var file = folder.resolve("replication-offset-checkpoint");
        for (var text : new String[] {"0\n1\nt 0 -1\n", "0\n1\nt 0\n", "0\n2\nt 0 1\n", "0\n1\nt x 1\n",
            "x"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> OffsetCheckpoint.HIGH_WATERMARKS.read(folder)).as(text)
                    .isInstanceOf(DamagedFileException.class).hasMessageContaining(file.toString());
        }
    }

    @Test
    void onlyOneHolderLocksADirectoryAndTheOtherIsToldWhatToDo() throws IOException {
        try (var held = DirectoryLock.acquire(folder)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.acquire(folder)).isInstanceOf(IOException.class)
                    .hasMessage("Another process is using the log directory " + folder
                            + ": stop that broker first, or give this one its own log.dirs");
        }
        DirectoryLock.acquire(folder).close();
    }

    @Test
    void identityIsReadBackAndKafkasIsUnderstood() throws IOException {
        assertThat(DirectoryIdentity.read(folder)).isEmpty();
        var identity = new DirectoryIdentity("fC3eZ1yXQ2u8bX2WbcTq2Q", 1, Uuid.random());
        identity.write(folder);
        assertThat(DirectoryIdentity.read(folder)).contains(identity);
        Files.writeString(folder.resolve("meta.properties"), "#\n#Sun Nov 22 16:00:00 UTC 2026\nversion=1\n"
                + "node.id=4\ndirectory.id=Xj0T5bT8Rk6oZc0vW9dS1g\ncluster.id=c\n");
        assertThat(DirectoryIdentity.read(folder))
                .contains(new DirectoryIdentity("c", 4, Uuid.parse("Xj0T5bT8Rk6oZc0vW9dS1g")));
        Files.writeString(folder.resolve("meta.properties"), "version=1\nnode.id=4\n");
        assertThatThrownBy(() -> DirectoryIdentity.read(folder)).isInstanceOf(DamagedFileException.class)
                .hasMessageEndingWith("it has no cluster.id");
    }

    @Test
    void topicIdIsReadBack() throws IOException {
        assertThat(TopicIdFile.read(folder)).isEqualTo(Uuid.ZERO);
        var id = Uuid.parse("Xj0T5bT8Rk6oZc0vW9dS1g");
        TopicIdFile.write(folder, id);
        assertThat(folder.resolve("partition.metadata")).hasContent("version: 0\ntopic_id: " + id + "\n");
        assertThat(TopicIdFile.read(folder)).isEqualTo(id);
        Files.writeString(folder.resolve("partition.metadata"), "version: 0\n");
        assertThatThrownBy(() -> TopicIdFile.read(folder)).isInstanceOf(DamagedFileException.class);
    }

    @Test
    void cleanShutdownIsRememberedUntilTheDirectoryIsOpened() throws IOException {
        assertThat(CleanShutdownFile.read(folder)).isEmpty();
        CleanShutdownFile.write(folder, 42);
        assertThat(folder.resolve(".kafka_cleanshutdown")).hasContent("{\"version\":0,\"brokerEpoch\":42}");
        assertThat(CleanShutdownFile.read(folder)).hasValue(42);
        CleanShutdownFile.remove(folder);
        assertThat(CleanShutdownFile.read(folder)).isEmpty();
        Files.writeString(folder.resolve(".kafka_cleanshutdown"), "{\"vers");
        assertThat(CleanShutdownFile.read(folder)).as("torn").isEmpty();
    }

    @Test
    void fileAndFolderNamesAreKafkas() {
        assertThat(LogFiles.name(4711, LogFiles.LOG)).isEqualTo("00000000000000004711.log");
        assertThat(LogFiles.name(Long.MAX_VALUE, LogFiles.OFFSET_INDEX))
                .isEqualTo("09223372036854775807.index");
        assertThat(LogFiles.offsetOf(Path.of("x", "00000000000000004711.log"), LogFiles.LOG)).isEqualTo(4711);
        assertThat(LogFiles.offsetOf(Path.of("09223372036854775807.log"), LogFiles.LOG))
                .isEqualTo(Long.MAX_VALUE);
        for (var name : new String[] {"09223372036854775808.log", "99999999999999999999.log", "4711.log",
            "0000000000000000471x.log", "00000000000000004711.index", "00000000000000004711.log.tmp"}) {
            assertThat(LogFiles.offsetOf(Path.of(name), LogFiles.LOG)).as(name).isEqualTo(-1);
        }
        assertThat(PartitionName.ofFolder("a-b-12")).contains(new PartitionName("a-b", 12));
        for (var name : new String[] {"zookeeper", "orders-", "-1", "orders-01", "orders-0.abc-delete",
            "orders-9999999999", "lost+found"}) {
            assertThat(PartitionName.ofFolder(name)).as(name).isEmpty();
        }
    }
}
