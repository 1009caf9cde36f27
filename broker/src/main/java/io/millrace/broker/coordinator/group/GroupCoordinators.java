package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.membership.Caller;
import io.millrace.broker.coordinator.group.membership.JoinReply;
import io.millrace.broker.coordinator.group.membership.SyncReply;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the shard that coordinates a group and asks it on its owner. Callable from any thread; replies come on the
 * shard's owner, or on the caller's thread if no shard was asked. Shards come and go with leadership of partitions.
 */
public final class GroupCoordinators {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinators.class);

    private final ShardContext context;
    private final BooleanSupplier mayServe;
    private final Map<Integer, GroupShard> shards = new ConcurrentHashMap<>();

    /** Nothing is answered while {@code mayServe} denies it: another broker may coordinate by then. */
    public GroupCoordinators(Settings settings, Supplier<ClusterImage> image, InstantSource clock,
            BooleanSupplier mayServe) {
        this.mayServe = mayServe;
        this.context = new ShardContext(GroupSettings.groupPolicy(settings),
                GroupSettings.offsetPolicy(settings), image, clock);
    }

    /**
     * The partition that keeps a group, the one that Kafka would choose; {@code count} is the number of partitions of
     * the offsets topic.
     */
    public static int partitionOf(String groupId, int count) {
        int hash = groupId.hashCode();
        return hash == Integer.MIN_VALUE ? 0 : Math.abs(hash) % count;
    }

    /** This broker leads the partition now. Called on its owner, as is {@link #onResign}. */
    public void onLeader(int index, OffsetsPartition partition) {
        onResign(index);
        var shard = new GroupShard(index, partition, context);
        shards.put(index, shard);
        shard.load();
    }

    /** This broker no longer leads the partition. */
    public void onResign(int index) {
        var shard = shards.remove(index);
        if (shard != null) {
            shard.close();
        }
    }

    /** The topic is gone; what was committed there is forgotten. */
    public void onTopicDeleted(String topic) {
        shards.values().forEach(shard -> ask(shard, () -> shard.retention().topicDeleted(topic), error -> {
            // a shard that is loading finds out by the topic's id, or when the offsets expire
        }));
    }

    public void join(JoinGroup.Request request, Caller caller, Consumer<JoinGroup.Response> reply) {
        var joinReply = new JoinReply(caller.apiVersion(), reply);
        find(request.groupId(), true, error -> joinReply.refuse(error, request.memberId()),
                shard -> shard.join(request, caller, joinReply));
    }

    public void sync(SyncGroup.Request request, Consumer<SyncGroup.Response> reply) {
        var syncReply = new SyncReply(reply);
        find(request.groupId(), true, syncReply::refuse, shard -> shard.sync(request, syncReply));
    }

    /** While groups are loaded, members are taken to be well. */
    public void heartbeat(Heartbeat.Request request, Consumer<Heartbeat.Response> reply) {
        find(request.groupId(), true, error -> reply.accept(new Heartbeat.Response(0,
                error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error)),
                shard -> reply.accept(new Heartbeat.Response(0, shard.heartbeat(request))));
    }

    public void leave(LeaveGroup.Request request, int version, Consumer<LeaveGroup.Response> reply) {
        find(request.groupId(), true, error -> reply.accept(Refusals.leave(error)),
                shard -> shard.leave(request, version, reply));
    }

    public void commit(OffsetCommit.Request request, int version, Consumer<OffsetCommit.Response> reply) {
        find(request.groupId(), false, error -> reply.accept(Refusals.commit(request, error)),
                shard -> shard.commits().commit(request, version, reply));
    }

    /** Reads in the form of version 8; older versions are a list of one group. */
    public void fetch(List<OffsetFetch.Request.Group> requests, int version,
            Consumer<List<OffsetFetch.Response.Group>> reply) {
        Gathering.<OffsetFetch.Request.Group, OffsetFetch.Response.Group>gather(requests,
                (request, part) -> find(request.groupId(), false,
                        error -> part.accept(Refusals.fetch(request, version, error)),
                        shard -> part.accept(shard.reads().fetch(request, version))),
                reply);
    }

    public void describe(DescribeGroups.Request request, int version,
            Consumer<DescribeGroups.Response> reply) {
        Gathering.<String, DescribeGroups.Response.DescribedGroup>gather(request.groups(),
                (groupId, part) -> find(groupId, false,
                        error -> part.accept(Refusals.describe(groupId, error, null)),
                        shard -> part.accept(shard.admin().describe(groupId, version))),
                groups -> reply.accept(new DescribeGroups.Response(0, groups)));
    }

    /** Lists the groups of all shards here; if one is still loading, the list would lack some and is refused. */
    public void list(ListGroups.Request request, Consumer<ListGroups.Response> reply) {
        Gathering.<GroupShard, ListGroups.Response>gather(List.copyOf(shards.values()),
                (shard, part) -> ask(shard,
                        () -> part.accept(new ListGroups.Response(0, ErrorCode.NONE,
                                shard.admin().list(request))),
                        error -> part.accept(new ListGroups.Response(0, error, List.of()))),
                parts -> reply.accept(merge(parts)));
    }

    private static ListGroups.Response merge(List<ListGroups.Response> parts) {
        for (var part : parts) {
            if (part.errorCode() != ErrorCode.NONE && part.errorCode() != ErrorCode.NOT_COORDINATOR) {
                return new ListGroups.Response(0, part.errorCode(), List.of());
            }
        }
        return new ListGroups.Response(0, ErrorCode.NONE,
                parts.stream().flatMap(part -> part.groups().stream()).toList());
    }

    public void delete(DeleteGroups.Request request, Consumer<DeleteGroups.Response> reply) {
        Gathering.<String, DeleteGroups.Response.DeletableGroupResult>gather(request.groupsNames(),
                (groupId, part) -> find(groupId, false,
                        error -> part.accept(Refusals.delete(groupId, error, null)),
                        shard -> shard.admin().delete(groupId, part)),
                results -> reply.accept(new DeleteGroups.Response(0, results)));
    }

    public void deleteOffsets(OffsetDelete.Request request, Consumer<OffsetDelete.Response> reply) {
        find(request.groupId(), false,
                error -> reply.accept(new OffsetDelete.Response(error, 0, List.of())),
                shard -> shard.admin().deleteOffsets(request, reply));
    }

    /** Asks the group's shard. Members need a group id; offsets are kept under the empty one too. */
    private void find(
            String groupId, boolean needsId, Consumer<ErrorCode> refusal, Consumer<GroupShard> task) {
        if (needsId && groupId.isEmpty()) {
            refusal.accept(ErrorCode.INVALID_GROUP_ID);
            return;
        }
        var topic = context.image().get().topic(TopicImage.CONSUMER_OFFSETS);
        var shard = topic == null ? null : shards.get(partitionOf(groupId, topic.partitions().size()));
        if (shard == null) {
            refusal.accept(ErrorCode.NOT_COORDINATOR);
        } else {
            ask(shard, () -> task.accept(shard), refusal);
        }
    }

    private void ask(GroupShard shard, Runnable task, Consumer<ErrorCode> refusal) {
        shard.partition().onOwner(() -> {
            var readiness = mayServe.getAsBoolean() ? shard.readiness() : ErrorCode.NOT_COORDINATOR;
            if (readiness != ErrorCode.NONE) {
                refusal.accept(readiness);
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("A group request failed", e);
                refusal.accept(ErrorCode.UNKNOWN_SERVER_ERROR);
            }
        });
    }
}
