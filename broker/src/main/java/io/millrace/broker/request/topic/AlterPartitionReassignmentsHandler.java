package io.millrace.broker.request.topic;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;

/** Answers AlterPartitionReassignments with what the controller decided. */
public final class AlterPartitionReassignmentsHandler
        implements
            Handler<AlterPartitionReassignments.Request, AlterPartitionReassignments.Response> {
    private final Controller controller;

    public AlterPartitionReassignmentsHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(AlterPartitionReassignments.Request request, Exchange exchange,
            Reply<AlterPartitionReassignments.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
