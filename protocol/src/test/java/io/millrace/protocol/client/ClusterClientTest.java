package io.millrace.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.client.Route.Coordinator;
import io.millrace.protocol.client.Route.CoordinatorType;
import io.millrace.protocol.client.Route.Leader;
import io.millrace.protocol.client.setting.BootstrapServers;
import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterClientTest {
    private static final Map<ApiKey, Integer> KEYS = Map.of(ApiKey.METADATA, 13, ApiKey.HEARTBEAT, 4,
            ApiKey.FIND_COORDINATOR, 6);
    private static final int PATIENT_MS = 30_000;
    private static final Uuid TOPIC_ID = new Uuid(1, 2);

    private final List<FakeBroker> brokers = new ArrayList<>();
    private volatile int leader = 1;
    private volatile int epoch = 10;
    private volatile int coordinator = 1;
    private volatile ErrorCode topicError = ErrorCode.NONE;
    private ClusterClient client;

    @AfterEach
    void close() throws IOException {
        if (client != null) {
            client.close();
        }
        for (var broker : brokers) {
            broker.server.close();
        }
    }

    /** Answers as node 1, 2 and so on, the throttle time of a heartbeat being its own id if it is the right one. */
    private final class FakeBroker {
        final int id = brokers.size() + 1;
        final ScriptedServer server = new ScriptedServer(this::serve);
        volatile boolean isGone;
        volatile boolean isHidden;

        FakeBroker() throws IOException {
            brokers.add(this);
        }

        private void serve(ScriptedServer.Peer peer) throws IOException {
            if (isGone) {
                peer.reset();
                return;
            }
            peer.shakeHands(KEYS);
            while (true) {
                var request = peer.next();
                if (isGone) {
                    peer.reset();
                    return;
                }
                switch (request.header().apiKey()) {
                    case METADATA -> peer.answer(request, metadata(Codec.of(Metadata.Request.class,
                            request.header().version()).read(request.body())));
                    case FIND_COORDINATOR -> peer.answer(request, found());
                    default -> peer.answer(request, heartbeat());
                }
            }
        }

        private FindCoordinator.Response found() {
            var node = brokers.get(coordinator - 1);
            return new FindCoordinator.Response(0, ErrorCode.NONE, null, 0, "", 0,
                    List.of(new FindCoordinator.Response.Coordinator("g", node.id, "127.0.0.1",
                            node.server.port(), ErrorCode.NONE, null)));
        }

        private Heartbeat.Response heartbeat() {
            return new Heartbeat.Response(id,
                    coordinator == id ? ErrorCode.NONE : ErrorCode.NOT_COORDINATOR);
        }
    }

    private Metadata.Response metadata(Metadata.Request request) {
        var nodes = brokers.stream().filter(broker -> !broker.isGone && !broker.isHidden)
                .map(broker -> new Metadata.Response.Broker(broker.id, "127.0.0.1", broker.server.port(),
                        "rack" + broker.id))
                .toList();
        var partition = new Metadata.Response.Partition(ErrorCode.NONE, 0, leader, epoch, List.of(1, 2),
                List.of(leader), List.of());
        var topics = request.topics().stream().map(topic -> new Metadata.Response.Topic(topicError,
                topic.name(), TOPIC_ID, false,
                topicError == ErrorCode.NONE ? List.of(partition) : List.of(), Integer.MIN_VALUE)).toList();
        return new Metadata.Response(0, nodes, "cluster", 1, topics, Integer.MIN_VALUE, ErrorCode.NONE);
    }

    private static Settings settings(String... namesAndValues) {
        var given = new HashMap<>(Map.of("retry.backoff.ms", "5", "reconnect.backoff.ms", "5",
                "reconnect.backoff.max.ms", "20", "retry.backoff.max.ms", "20"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Settings.parse(new SettingCatalog(ClientSettings.all()), given);
    }

    private void open(FakeBroker bootstrap) {
        client = ClusterClient.open(settings("bootstrap.servers", "127.0.0.1:" + bootstrap.server.port()),
                true);
    }

    private static Query<Heartbeat.Response> heartbeat() {
        return Query.of(new Heartbeat.Request("g", 1, "m", null), Heartbeat.Response::errorCode);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENT_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void learnsWhoLeadsAPartitionAndSendsThere() throws Exception {
        var first = new FakeBroker();
        new FakeBroker();
        leader = 2;
        coordinator = 2;
        open(first);
        var topic = get(client.topic("t"));
        assertThat(topic.id()).isEqualTo(TOPIC_ID);
        assertThat(topic.partition(0).leaderEpoch()).isEqualTo(10);
        assertThat(client.view().leaderOf("t", 0).rack()).isEqualTo("rack2");
        assertThat(client.view().topic(TOPIC_ID)).isEqualTo(topic);
        assertThat(get(client.send(new Leader("t", 0), heartbeat(), PATIENT_MS)).throttleTimeMs())
                .isEqualTo(2);
    }

    @Test
    void refreshesWhatItKnowsWhenTheBrokerIsTheWrongOne() throws Exception {
        var first = new FakeBroker();
        new FakeBroker();
        open(first);
        get(client.topic("t"));
        leader = 2;
        coordinator = 2;
        assertThat(get(client.send(new Leader("t", 0), heartbeat(), PATIENT_MS)).throttleTimeMs())
                .isEqualTo(2);
    }

    @Test
    void findsACoordinatorAndFindsItAgainWhenItHasMoved() throws Exception {
        var first = new FakeBroker();
        new FakeBroker();
        open(first);
        var route = new Coordinator(CoordinatorType.GROUP, "g");
        assertThat(get(client.send(route, heartbeat(), PATIENT_MS)).throttleTimeMs()).isEqualTo(1);
        coordinator = 2;
        assertThat(get(client.send(route, heartbeat(), PATIENT_MS)).throttleTimeMs()).isEqualTo(2);
    }

    @Test
    void turnsToTheBootstrapAddressWhenNoKnownBrokerAnswers() throws Exception {
        var bootstrap = new FakeBroker();
        new FakeBroker();
        leader = 2;
        coordinator = 2;
        bootstrap.isHidden = true;
        open(bootstrap);
        get(client.topic("t"));
        assertThat(client.view().nodes()).containsOnlyKeys(2);
        brokers.get(1).isGone = true;
        bootstrap.isHidden = false;
        epoch = 11;
        leader = 1;
        coordinator = 1;
        assertThat(get(client.send(new Leader("t", 0), heartbeat(), PATIENT_MS)).throttleTimeMs())
                .isEqualTo(1);
    }

    @Test
    void topicThatIsNotThereYetIsAskedForUntilItIsAndARefusedOneFailsAtOnce() throws Exception {
        var broker = new FakeBroker();
        topicError = ErrorCode.LEADER_NOT_AVAILABLE;
        open(broker);
        var topic = client.topic("t");
        assertThatThrownBy(() -> topic.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        topicError = ErrorCode.NONE;
        assertThat(get(topic).partitions()).hasSize(1);
        topicError = ErrorCode.INVALID_TOPIC_EXCEPTION;
        assertThatThrownBy(() -> get(client.topic("bad"))).cause()
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.errorCode())
                        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION));
    }

    @Test
    void callThatRunsOutOfTimeSaysWhatWentWrongAtLast() throws Exception {
        var broker = new FakeBroker();
        broker.isGone = true;
        open(broker);
        var call = client.send(new Route.Any(), heartbeat(), 300);
        assertThatThrownBy(() -> get(call)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("HEARTBEAT had no answer in its time; at last: ");
    }

    @Test
    void whatWaitsWhenTheClientIsClosedFails() throws Exception {
        var broker = new FakeBroker();
        topicError = ErrorCode.LEADER_NOT_AVAILABLE;
        open(broker);
        var topic = client.topic("t");
        var call = client.send(new Leader("t", 0), heartbeat(), PATIENT_MS);
        client.close();
        for (var waiting : List.of(topic, call, client.topic("later"))) {
            assertThatThrownBy(() -> get(waiting)).cause().hasMessage("the client was closed");
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> settings("security.protocol", "SSL")).isInstanceOf(SettingException.class)
                .hasMessageContaining("PLAINTEXT, the only protocol offered so far");
        for (var address : List.of("nohost", ":1", "h:0", "h:65536", "h:x", "::1:9092", "http://h:9092")) {
            assertThatThrownBy(() -> ClusterClient.open(settings("bootstrap.servers", address), true))
                    .as(address).isInstanceOf(SettingException.class).hasMessageContaining(address);
        }
        assertThatThrownBy(() -> ClusterClient.open(settings(), true)).isInstanceOf(SettingException.class)
                .hasMessageContaining("bootstrap.servers is missing");
        assertThat(BootstrapServers.parse(settings("bootstrap.servers", "[::1]:9092,b:1")))
                .extracting(node -> node.host()).containsExactlyInAnyOrder("::1", "b");
    }

    @Test
    void pausesDoubleUpToTheirBound() {
        var backoff = new Backoff(100, 1_000);
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.delayMs(1)).isBetween(80L, 120L);
            assertThat(backoff.delayMs(3)).isBetween(320L, 480L);
            assertThat(backoff.delayMs(50)).isBetween(800L, 1_200L);
        }
    }
}
