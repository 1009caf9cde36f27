package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.OffsetDelete;

/** Hands OffsetDelete to the group's coordinator. */
public final class OffsetDeleteHandler implements Handler<OffsetDelete.Request, OffsetDelete.Response> {
    private final GroupCoordinators coordinators;

    public OffsetDeleteHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(OffsetDelete.Request request, Exchange exchange, Reply<OffsetDelete.Response> reply) {
        coordinators.deleteOffsets(request, reply::send);
    }
}
