package io.millrace.broker.request.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.StubController;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.FindCoordinator.Request;
import io.millrace.protocol.message.group.FindCoordinator.Response;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindCoordinatorHandlerTest {
    private static final byte GROUP = 0;
    private static final int LAST_VERSION_WITH_ONE_KEY = 3;
    private static final int NEWEST = 6;

    @TempDir Path folder;
    private TestCluster cluster;
    private FindCoordinatorHandler handler;

    @BeforeEach
    void create() throws IOException {
        cluster = new TestCluster(folder);
        handler = new FindCoordinatorHandler(cluster::image, new NodeAddresses(TestCluster.OWN_ID, Set.of()),
                new StubController());
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private Response ask(Request request, int version) {
        return cluster.ask(handler, FindCoordinator.Response.class, request, version);
    }

    private void createOffsetsTopic(int leader) {
        cluster.createTopic(TopicImage.CONSUMER_OFFSETS, 5, leader, Map.of());
    }

    @Test
    void anotherBrokerIsNamedWithTheAddressThatItAnnounced() {
        createOffsetsTopic(TestCluster.OTHER_ID);
        for (int version = 1; version <= LAST_VERSION_WITH_ONE_KEY; version++) {
            var found = ask(new Request("billing", GROUP, List.of()), version);
            assertThat(found.errorCode()).isEqualTo(ErrorCode.NONE);
            assertThat(found.nodeId()).isEqualTo(TestCluster.OTHER_ID);
            assertThat(found.host()).isEqualTo("broker1");
            assertThat(found.port()).isEqualTo(9092);
        }
        for (int version = LAST_VERSION_WITH_ONE_KEY + 1; version <= NEWEST; version++) {
            assertThat(ask(new Request("", GROUP, List.of("billing", "orders")), version).coordinators())
                    .hasSize(2).allSatisfy(found -> {
                        assertThat(found.errorCode()).isEqualTo(ErrorCode.NONE);
                        assertThat(found.nodeId()).isEqualTo(TestCluster.OTHER_ID);
                        assertThat(found.host()).isEqualTo("broker1");
                    }).extracting(Response.Coordinator::key).containsExactly("billing", "orders");
        }
    }

    @Test
    void thisBrokerIsNamedWithTheAddressThatTheClientReached() {
        createOffsetsTopic(TestCluster.OWN_ID);
        var found = ask(new Request("", GROUP, List.of("billing")), NEWEST).coordinators().get(0);
        assertThat(found.nodeId()).isEqualTo(TestCluster.OWN_ID);
        assertThat(found.host()).isEqualTo("127.0.0.1");
    }

    @Test
    void theFirstQuestionCreatesTheOffsetsTopic() {
        handler = new FindCoordinatorHandler(cluster::image, new NodeAddresses(TestCluster.OWN_ID, Set.of()),
                new StubController() {
                    @Override
                    public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
                        assertThat(names).containsExactly(TopicImage.CONSUMER_OFFSETS);
                        return CompletableFuture.supplyAsync(() -> {
                            createOffsetsTopic(TestCluster.OTHER_ID);
                            return Map.of(TopicImage.CONSUMER_OFFSETS, ErrorCode.NONE);
                        });
                    }
                });
        var found = ask(new Request("billing", GROUP, List.of()), LAST_VERSION_WITH_ONE_KEY);
        assertThat(found.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(found.nodeId()).isEqualTo(TestCluster.OTHER_ID);
    }
}
