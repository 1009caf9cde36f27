package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.ListGroups;

/** Lists the groups that this broker coordinates. */
public final class ListGroupsHandler implements Handler<ListGroups.Request, ListGroups.Response> {
    private final GroupCoordinators coordinators;

    public ListGroupsHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(ListGroups.Request request, Exchange exchange, Reply<ListGroups.Response> reply) {
        coordinators.list(request, reply::send);
    }
}
