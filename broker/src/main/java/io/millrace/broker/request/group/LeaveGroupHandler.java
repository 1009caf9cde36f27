package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.LeaveGroup;

/** Hands LeaveGroup to the group's coordinator. */
public final class LeaveGroupHandler implements Handler<LeaveGroup.Request, LeaveGroup.Response> {
    private final GroupCoordinators coordinators;

    public LeaveGroupHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(LeaveGroup.Request request, Exchange exchange, Reply<LeaveGroup.Response> reply) {
        coordinators.leave(request, exchange.version(), reply::send);
    }
}
