package io.millrace.broker.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaComparisonTest {
    private static final int BATCH_BYTES = 100;
    private static final int RECORDS = 10;

    @TempDir Path one;
    @TempDir Path two;

    /** A segment with batches of ten records each, and room that was allocated ahead. */
    private static void segment(Path data, long baseOffset, int... values) throws IOException {
        var folder = Files.createDirectories(data.resolve("topic-0"));
        var bytes = new byte[values.length * BATCH_BYTES + 4096];
        var file = ByteBuffer.wrap(bytes);
        for (int i = 0; i < values.length; i++) {
            int at = i * BATCH_BYTES;
            file.putLong(at, baseOffset + (long) i * RECORDS).putInt(at + 8, BATCH_BYTES - 12)
                    .putInt(at + 12, 3).put(at + 16, (byte) 2).putInt(at + 23, RECORDS - 1)
                    .putInt(at + 61, values[i]);
            var crc = new CRC32C();
            crc.update(bytes, at + 21, BATCH_BYTES - 21);
            file.putInt(at + 17, (int) crc.getValue());
        }
        Files.write(folder.resolve("%020d.log".formatted(baseOffset)), bytes);
    }

    private ReplicaComparison compared() {
        return ReplicaComparison.of(Map.of(1, one, 2, two));
    }

    @Test
    void equalReplicasMayRollAndDeleteTheirSegmentsElsewhere() throws IOException {
        segment(one, 0, 1, 2, 3);
        segment(one, 30, 4);
        segment(two, 10, 2);
        segment(two, 20, 3, 4);
        Files.writeString(two.resolve(".reserve-0"), "a file of the broker's own");
        assertThat(compared().differences()).isEmpty();
        assertThat(compared().batches()).isEqualTo(7);
    }

    @Test
    void otherBytesAtTheSameOffsetAreFound() throws IOException {
        segment(one, 0, 1, 2, 3);
        segment(two, 0, 1, 9, 3);
        assertThat(compared().differences()).singleElement().asString().contains("topic-0",
                "baseOffset=10", "broker 1", "broker 2");
    }

    @Test
    void batchThatOneLacksIsFound() throws IOException {
        segment(one, 0, 1, 2, 3);
        segment(two, 0, 1);
        segment(two, 20, 3);
        assertThat(compared().differences()).singleElement().asString().contains("baseOffset=10",
                "baseOffset=20");
    }

    @Test
    void replicaThatEndsEarlierIsFound() throws IOException {
        segment(one, 0, 1, 2);
        segment(two, 0, 1);
        assertThat(compared().differences()).containsExactly("topic-0 ends at {1=20, 2=10}");
    }

    @Test
    void damageThatAllReplicasShareIsFound() throws IOException {
        for (var data : new Path[] {one, two}) {
            segment(data, 0, 1, 2);
            var file = data.resolve("topic-0/00000000000000000000.log");
            var bytes = Files.readAllBytes(file);
            bytes[BATCH_BYTES + 70] ^= 1;
            Files.write(file, bytes);
        }
        assertThat(compared().differences()).hasSize(2).allMatch(line -> line.contains("is damaged"));
    }
}
