package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.DeleteGroups;

/** Hands each group of DeleteGroups to its coordinator. */
public final class DeleteGroupsHandler implements Handler<DeleteGroups.Request, DeleteGroups.Response> {
    private final GroupCoordinators coordinators;

    public DeleteGroupsHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(DeleteGroups.Request request, Exchange exchange, Reply<DeleteGroups.Response> reply) {
        coordinators.delete(request, reply::send);
    }
}
