package io.millrace.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.request.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTableTest {
    @TempDir Path folder;

    @Test
    void aStartDoesNotRepeatThePastOfATopicThatWasDeletedAndMadeAgain() throws IOException {
        List<MetadataBatch> history;
        try (var cluster = new TestCluster(folder)) {
            cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
            cluster.append("orders", 1_000, 2_000);
            cluster.deleteTopic("orders");
            cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
            cluster.append("orders", 3_000, 4_000, 5_000);
            history = cluster.history();
        }
        try (var cluster = new TestCluster(folder, history)) {
            var opened = new CompletableFuture<Long>();
            var partition = cluster.partition("orders", 0);
            partition.whenOpen(() -> opened.complete(partition.log().logEndOffset()));
            assertThat(TestCluster.await(opened)).isEqualTo(3);
        }
    }
}
