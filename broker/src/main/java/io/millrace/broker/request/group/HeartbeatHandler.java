package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.Heartbeat;

/** Hands Heartbeat to the group's coordinator. */
public final class HeartbeatHandler implements Handler<Heartbeat.Request, Heartbeat.Response> {
    private final GroupCoordinators coordinators;

    public HeartbeatHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(Heartbeat.Request request, Exchange exchange, Reply<Heartbeat.Response> reply) {
        coordinators.heartbeat(request, reply::send);
    }
}
