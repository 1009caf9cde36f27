package io.millrace.broker.simulation;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.partition.Role;
import io.millrace.broker.server.SimulatedBroker;
import io.millrace.broker.simulation.machine.Network;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A group without members that commits rising offsets, one at a time, and reads them back. A commit whose outcome is not
 * known may take effect at any later time. Owned by the schedule.
 */
final class SimulatedGroup {
    private static final short VERSION = 9;
    private static final int TIMEOUT_MS = 1000;
    private static final int CLIENT_ID = 3000;
    private static final long NONE = -1;
    private static final String GROUP = "group";

    private final Cluster cluster;
    /** What may be read: the last commit that is known to be done, and all whose outcome is not known. */
    private final Set<Long> possible = new HashSet<>(Set.of(NONE));
    private final Set<Long> unknown = new HashSet<>();
    private long lastSent;
    private boolean isOver;
    private boolean isDone;

    SimulatedGroup(Cluster cluster) {
        this.cluster = cluster;
    }

    void start() {
        later(this::act);
    }

    /** Commits nothing new from now on, and ends when it has read what is committed. */
    void end() {
        isOver = true;
    }

    boolean isDone() {
        return isDone;
    }

    private void later(Runnable task) {
        cluster.schedule().afterMs(5 + cluster.schedule().random().nextInt(80), "group", task);
    }

    private void act() {
        var broker = cluster.anyBroker();
        var topic = broker == null ? null : broker.image().topic(TopicImage.CONSUMER_OFFSETS);
        int target = topic == null ? -1 : home(topic).leader();
        if (target < 0) {
            later(this::act);
        } else if (isOver || cluster.schedule().oneIn(3)) {
            read(target);
        } else {
            commit(target);
        }
    }

    private void commit(int target) {
        long offset = ++lastSent;
        possible.add(offset);
        unknown.add(offset);
        var request = new OffsetCommit.Request(GROUP, -1, "", null, -1,
                List.of(new OffsetCommit.Request.Topic(TopicImage.CONSUMER_OFFSETS, Uuid.ZERO,
                        List.of(new OffsetCommit.Request.Partition(0, offset, -1, "")))));
        var body = Unpooled.buffer();
        Codec.of(OffsetCommit.Request.class, VERSION).write(request, body);
        call(target, ApiKey.OFFSET_COMMIT, body, (broker, answer) -> {}, answer -> {
            var response = Codec.of(OffsetCommit.Response.class, VERSION).read(answer);
            if (response.topics().get(0).partitions().get(0).errorCode() == ErrorCode.NONE) {
                unknown.remove(offset);
                possible.clear();
                possible.addAll(unknown);
                possible.add(offset);
            }
        });
    }

    private void read(int target) {
        var request = new OffsetFetch.Request("", List.of(), List.of(new OffsetFetch.Request.Group(GROUP,
                null, -1,
                List.of(new OffsetFetch.Request.Topics(TopicImage.CONSUMER_OFFSETS, Uuid.ZERO, List.of(0))))),
                false);
        var body = Unpooled.buffer();
        Codec.of(OffsetFetch.Request.class, VERSION).write(request, body);
        call(target, ApiKey.OFFSET_FETCH, body, this::judge, answer -> {});
    }

    private interface Judge {
        void judge(SimulatedBroker broker, ByteBuf answer);
    }

    /** {@code judge} sees the answer as it leaves the broker. */
    private void call(int target, ApiKey api, ByteBuf body, Judge judge, Consumer<ByteBuf> then) {
        cluster.network().<ByteBuf>call(new Network.Caller(CLIENT_ID, cluster.clientLoop(), "group"), target,
                TIMEOUT_MS, (broker, reply) -> broker.request(api, VERSION, body, answer -> {
                    judge.judge(broker, answer.duplicate());
                    reply.accept(answer);
                }), (answer, failure) -> {
                    if (failure == null) {
                        then.accept(answer);
                    }
                    if (!isDone) {
                        later(this::act);
                    }
                });
    }

    /** C10: whoever leads, and knows it, answers what is committed. */
    private void judge(SimulatedBroker broker, ByteBuf answer) {
        var group = Codec.of(OffsetFetch.Response.class, VERSION).read(answer).groups().get(0);
        if (group.errorCode() != ErrorCode.NONE || !leads(broker)) {
            return;
        }
        long offset = group.topics().get(0).partitions().get(0).committedOffset();
        if (!possible.contains(offset)) {
            throw new Violation("C10", "broker " + broker.id() + " answers offset " + offset
                    + ", though committed is one of " + possible);
        }
        isDone = isOver;
    }

    private boolean leads(SimulatedBroker broker) {
        var topic = cluster.observer().image().topic(TopicImage.CONSUMER_OFFSETS);
        var partition = broker.partitions().find(topic.id(), home(topic).index());
        return home(topic).leader() == broker.id() && partition != null
                && partition.role() instanceof Role.Leads leads
                && leads.leaderEpoch() == home(topic).leaderEpoch();
    }

    private static PartitionImage home(TopicImage topic) {
        return topic.partition(GroupCoordinators.partitionOf(GROUP, topic.partitions().size()));
    }

    @Override
    public String toString() {
        return "the group has sent offset " + lastSent + " and reads one of " + possible;
    }
}
