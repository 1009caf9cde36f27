package io.millrace.broker.request.topic;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.CreatePartitions;

/** Answers CreatePartitions with what the controller decided. */
public final class CreatePartitionsHandler
        implements
            Handler<CreatePartitions.Request, CreatePartitions.Response> {
    private final Controller controller;

    public CreatePartitionsHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(CreatePartitions.Request request, Exchange exchange,
            Reply<CreatePartitions.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
