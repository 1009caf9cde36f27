package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;

/** Hands SyncGroup to the group's coordinator. */
public final class SyncGroupHandler implements Handler<SyncGroup.Request, SyncGroup.Response> {
    private static final int FIRST_VERSION_WITH_PROTOCOL = 5;

    private final GroupCoordinators coordinators;

    public SyncGroupHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(SyncGroup.Request request, Exchange exchange, Reply<SyncGroup.Response> reply) {
        boolean mustNameProtocol = exchange.version() >= FIRST_VERSION_WITH_PROTOCOL;
        if (mustNameProtocol && (request.protocolType() == null || request.protocolName() == null)) {
            reply.send(new SyncGroup.Response(
                    0, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, null, null, Bytes.EMPTY));
        } else {
            exchange.releaseFrame(); // the answer may take minutes, and the group holds what it keeps
            coordinators.sync(request, reply::send);
        }
    }
}
