package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.OffsetCommit;

/** Hands OffsetCommit to the group's coordinator. */
public final class OffsetCommitHandler implements Handler<OffsetCommit.Request, OffsetCommit.Response> {
    private final GroupCoordinators coordinators;

    public OffsetCommitHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(OffsetCommit.Request request, Exchange exchange, Reply<OffsetCommit.Response> reply) {
        coordinators.commit(request, exchange.version(), reply::send);
    }
}
