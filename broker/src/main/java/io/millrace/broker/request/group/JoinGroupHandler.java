package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.coordinator.group.membership.Caller;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.JoinGroup;

/** Hands JoinGroup to the group's coordinator. */
public final class JoinGroupHandler implements Handler<JoinGroup.Request, JoinGroup.Response> {
    private final GroupCoordinators coordinators;

    public JoinGroupHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(JoinGroup.Request request, Exchange exchange, Reply<JoinGroup.Response> reply) {
        var caller = new Caller(
                exchange.version(), exchange.clientId(), exchange.connection().clientHost());
        exchange.releaseFrame(); // the answer may take minutes, and the group holds what it keeps
        coordinators.join(request, caller, reply::send);
    }
}
