package io.millrace.producer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class KeyHashTest {

    @Test
    void agreesWithKafkasClientsOnEveryKey() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            byte[] key = new byte[random.nextInt(64)];
            random.nextBytes(key);
            int start = random.nextInt(key.length + 1);
            byte[] part = java.util.Arrays.copyOfRange(key, start, key.length);
            int partitions = 1 + random.nextInt(1_000);
            assertThat(KeyHash.murmur2(key, start, part.length)).as("seed %d", seed)
                    .isEqualTo(Utils.murmur2(part));
            assertThat(KeyHash.partition(key, start, part.length, partitions)).as("seed %d", seed)
                    .isEqualTo(BuiltInPartitioner.partitionForKey(part, partitions));
        }
    }
}
