package io.millrace.broker.request.group;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.request.AuthorizedOperations;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.DescribeGroups.Response.DescribedGroup;
import io.millrace.protocol.wire.ErrorCode;

/** Asks each group's coordinator what it knows of it. */
public final class DescribeGroupsHandler implements Handler<DescribeGroups.Request, DescribeGroups.Response> {
    private final GroupCoordinators coordinators;

    public DescribeGroupsHandler(GroupCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    @Override
    public void handle(DescribeGroups.Request request, Exchange exchange,
            Reply<DescribeGroups.Response> reply) {
        coordinators.describe(request, exchange.version(), response -> reply.send(
                request.includeAuthorizedOperations() ? withOperations(response) : response));
    }

    private static DescribeGroups.Response withOperations(DescribeGroups.Response response) {
        return new DescribeGroups.Response(response.throttleTimeMs(), response.groups().stream()
                .map(group -> group.errorCode() == ErrorCode.NONE ? withOperations(group) : group).toList());
    }

    private static DescribedGroup withOperations(DescribedGroup group) {
        return new DescribedGroup(group.errorCode(), group.errorMessage(), group.groupId(),
                group.groupState(),
                group.protocolType(), group.protocolData(), group.members(), AuthorizedOperations.GROUP);
    }
}
