package io.millrace.broker.request.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.coordinator.group.GroupSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.request.ConnectionInfo;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Router;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A broker that coordinates nothing answers every version of every API with an error in that version's shape. */
class GroupHandlersTest {
    private final Router router = new Router();

    GroupHandlersTest() {
        var image = ClusterImage.empty("cluster");
        var settings = Settings.parse(new SettingCatalog(GroupSettings.ALL), Map.of());
        var groups = new GroupCoordinators(settings, () -> image, InstantSource.system(), () -> true);
        router.on(JoinGroup.Request.class, JoinGroup.Response.class, new JoinGroupHandler(groups))
                .on(SyncGroup.Request.class, SyncGroup.Response.class, new SyncGroupHandler(groups))
                .on(Heartbeat.Request.class, Heartbeat.Response.class, new HeartbeatHandler(groups))
                .on(LeaveGroup.Request.class, LeaveGroup.Response.class, new LeaveGroupHandler(groups))
                .on(OffsetCommit.Request.class, OffsetCommit.Response.class, new OffsetCommitHandler(groups))
                .on(OffsetFetch.Request.class, OffsetFetch.Response.class, new OffsetFetchHandler(groups))
                .on(OffsetDelete.Request.class, OffsetDelete.Response.class, new OffsetDeleteHandler(groups))
                .on(DescribeGroups.Request.class, DescribeGroups.Response.class,
                        new DescribeGroupsHandler(groups))
                .on(ListGroups.Request.class, ListGroups.Response.class, new ListGroupsHandler(groups))
                .on(DeleteGroups.Request.class, DeleteGroups.Response.class, new DeleteGroupsHandler(groups))
                .on(FindCoordinator.Request.class, FindCoordinator.Response.class,
                        new FindCoordinatorHandler(() -> image, new NodeAddresses(1, Set.of()), null));
    }

    @Test
    void membersAreSentToAnotherCoordinator() {
        every(ApiKey.JOIN_GROUP, JoinGroup.Response.class,
                version -> new JoinGroup.Request("group", 10_000, -1, "",
                        null, "consumer", List.of(new JoinGroup.Request.Protocol("range", Bytes.EMPTY)),
                        null),
                JoinGroup.Response::errorCode);
        every(ApiKey.HEARTBEAT, Heartbeat.Response.class,
                version -> new Heartbeat.Request("group", 1, "member", null), Heartbeat.Response::errorCode);
        every(ApiKey.SYNC_GROUP, SyncGroup.Response.class,
                version -> new SyncGroup.Request("group", 1, "member", null, version < 5 ? null : "consumer",
                        version < 5 ? null : "range", List.of()),
                SyncGroup.Response::errorCode);
        every(ApiKey.LEAVE_GROUP, LeaveGroup.Response.class,
                version -> new LeaveGroup.Request("group", version < 3 ? "member" : "", version < 3
                        ? List.of()
                        : List.of(new LeaveGroup.Request.MemberIdentity("member", null, null))),
                LeaveGroup.Response::errorCode);
    }

    @Test
    void offsetsAreSentToAnotherCoordinator() {
        every(ApiKey.OFFSET_COMMIT, OffsetCommit.Response.class,
                version -> new OffsetCommit.Request("group", -1, "", null, -1,
                        List.of(new OffsetCommit.Request.Topic(version < 10 ? "topic" : "",
                                version < 10 ? Uuid.ZERO : new Uuid(1, 1),
                                List.of(new OffsetCommit.Request.Partition(0, 1, -1, null))))),
                response -> response.topics().get(0).partitions().get(0).errorCode());
        every(ApiKey.OFFSET_FETCH, OffsetFetch.Response.class, GroupHandlersTest::fetch,
                response -> !response.groups().isEmpty()
                        ? response.groups().get(0).errorCode()
                        : response.topics().isEmpty()
                                ? response.errorCode()
                                : response.topics().get(0).partitions().get(0).errorCode());
        every(ApiKey.OFFSET_DELETE, OffsetDelete.Response.class,
                version -> new OffsetDelete.Request("group", List.of()), OffsetDelete.Response::errorCode);
    }

    private static OffsetFetch.Request fetch(int version) {
        if (version < 8) {
            return new OffsetFetch.Request(
                    "group", List.of(new OffsetFetch.Request.Topic("topic", List.of(0))), List.of(), false);
        }
        return new OffsetFetch.Request("", List.of(), List.of(new OffsetFetch.Request.Group("group", null, -1,
                List.of(new OffsetFetch.Request.Topics(version < 10 ? "topic" : "",
                        version < 10 ? Uuid.ZERO : new Uuid(1, 1), List.of(0))))),
                false);
    }

    @Test
    void operatorsAreSentToAnotherCoordinator() {
        every(ApiKey.DESCRIBE_GROUPS, DescribeGroups.Response.class,
                version -> new DescribeGroups.Request(List.of("group"), version >= 3),
                response -> response.groups().get(0).errorCode());
        every(ApiKey.DELETE_GROUPS, DeleteGroups.Response.class,
                version -> new DeleteGroups.Request(List.of("group")),
                response -> response.results().get(0).errorCode());
        every(ApiKey.LIST_GROUPS, ListGroups.Response.class,
                version -> new ListGroups.Request(List.of(), List.of()),
                response -> response.groups().isEmpty() ? ErrorCode.NOT_COORDINATOR : response.errorCode());
    }

    @Test
    void thereAreNoTransactionsToCoordinate() {
        for (int version = 1; version <= 6; version++) {
            var request = new FindCoordinator.Request(version < 4 ? "id" : "", (byte) 1,
                    version < 4 ? List.of() : List.of("id"));
            var response = send(ApiKey.FIND_COORDINATOR, version, request, FindCoordinator.Response.class);
            var error = version < 4 ? response.errorCode() : response.coordinators().get(0).errorCode();
            assertThat(error).isEqualTo(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        }
        var unheardOf = new FindCoordinator.Request("", (byte) 9, List.of("id"));
        assertThat(send(ApiKey.FIND_COORDINATOR, 6, unheardOf, FindCoordinator.Response.class)
                .coordinators().get(0).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private <R extends ApiMessage> void every(ApiKey api, Class<R> responseType,
            IntFunction<ApiRequest<R>> request, Function<R, ErrorCode> error) {
        for (int version = api.minVersion(); version <= api.maxVersion(); version++) {
            var response = send(api, version, request.apply(version), responseType);
            assertThat(error.apply(response)).as(api + " v" + version).isEqualTo(ErrorCode.NOT_COORDINATOR);
        }
    }

    @SuppressWarnings("unchecked")
    private <R extends ApiMessage> R send(
            ApiKey api, int version, ApiRequest<R> request, Class<R> responseType) {
        var frame = Unpooled.buffer();
        Codec.of((Class<ApiRequest<R>>) request.getClass(), version).write(request, frame);
        var exchange = new Exchange(new Client(), api, (short) version, 7, "client", frame);
        router.route(frame, exchange);
        assertThat(exchange.isAnswered()).as(api + " v" + version).isTrue();
        var answer = exchange.response().get(0);
        answer.skipBytes(8 + (api.responseHeaderVersion((short) version) > 0 ? 1 : 0));
        var response = Codec.of(responseType, version).read(answer);
        assertThat(answer.isReadable()).isFalse();
        answer.release();
        return response;
    }

    /** A connection that never closes. */
    private static final class Client implements Exchange.Channel {
        @Override
        public ConnectionInfo info() {
            return new ConnectionInfo(
                    "PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        }

        @Override
        public EventExecutor loop() {
            return ImmediateEventExecutor.INSTANCE;
        }

        @Override
        public ByteBufAllocator allocator() {
            return ByteBufAllocator.DEFAULT;
        }

        @Override
        public void answered(Exchange exchange) {
            // the test looks at the exchange
        }

        @Override
        public void close(String reason) {
            throw new AssertionError(reason);
        }
    }
}
