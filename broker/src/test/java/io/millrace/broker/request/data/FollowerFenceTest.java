package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which followers a leader hears. The error codes are Kafka's. */
class FollowerFenceTest {
    private static final int LONG_MS = 600_000;
    /** The epoch of each broker's registration is one more than its id. */
    private static final long REGISTERED = TestCluster.OTHER_ID + 1;

    @TempDir Path folder;
    private TestCluster cluster;
    private TestFetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
        cluster.append("orders", 1_000);
        fetcher = new TestFetcher(cluster);
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
    }

    private ErrorCode fetch(int replicaId, long replicaEpoch) {
        return TestCluster.await(fetcher.follow("orders", replicaId, replicaEpoch, 0, LONG_MS)).errorCode();
    }

    @Test
    void earlierRegistrationOfABrokerIsRefusedAtOnce() {
        assertThat(fetch(TestCluster.OTHER_ID, REGISTERED - 1)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(fetch(TestCluster.OTHER_ID, REGISTERED)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void registrationThatIsNotKnownHereYetAndOneThatIsNotNamedAreServed() {
        assertThat(fetch(TestCluster.OTHER_ID, REGISTERED + 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fetch(TestCluster.OTHER_ID, FetchParameters.UNKNOWN_EPOCH)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void brokerThatIsNoReplicaIsRefusedAtOnce() {
        assertThat(fetch(TestCluster.OTHER_ID + 1, FetchParameters.UNKNOWN_EPOCH))
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}
