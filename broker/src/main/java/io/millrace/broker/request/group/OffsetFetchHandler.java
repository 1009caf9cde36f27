package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** Hands each group of OffsetFetch to its coordinator; before version 8 there is one group, in another shape. */
public final class OffsetFetchHandler implements Handler<OffsetFetch.Request, OffsetFetch.Response> {
    private static final int FIRST_VERSION_WITH_GROUPS = 8;
    private static final int NO_EPOCH = -1;

    private final GroupCoordinators coordinators;

    public OffsetFetchHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(OffsetFetch.Request request, Exchange exchange, Reply<OffsetFetch.Response> reply) {
        int version = exchange.version();
        if (version >= FIRST_VERSION_WITH_GROUPS) {
            coordinators.fetch(request.groups(), version, groups -> reply.send(
                    new OffsetFetch.Response(0, List.of(), ErrorCode.NONE, groups)));
        } else {
            coordinators.fetch(List.of(asGroup(request)), version,
                    groups -> reply.send(asSingle(groups.get(0))));
        }
    }

    private static OffsetFetch.Request.Group asGroup(OffsetFetch.Request request) {
        var topics = request.topics() == null
                ? null
                : request.topics().stream().map(topic -> new OffsetFetch.Request.Topics(
                        topic.name(), Uuid.ZERO, topic.partitionIndexes())).toList();
        return new OffsetFetch.Request.Group(request.groupId(), null, NO_EPOCH, topics);
    }

    private static OffsetFetch.Response asSingle(OffsetFetch.Response.Group group) {
        var topics = group.topics().stream().map(topic -> new OffsetFetch.Response.Topic(topic.name(),
                topic.partitions().stream().map(p -> new OffsetFetch.Response.Partition(p.partitionIndex(),
                        p.committedOffset(), p.committedLeaderEpoch(), p.metadata(), p.errorCode()))
                        .toList()))
                .toList();
        return new OffsetFetch.Response(0, topics, group.errorCode(), List.of());
    }
}
