package io.millrace.broker.request.topic;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.CreateTopics;

/** Answers CreateTopics with what the controller decided. */
public final class CreateTopicsHandler implements Handler<CreateTopics.Request, CreateTopics.Response> {
    private final Controller controller;

    public CreateTopicsHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(CreateTopics.Request request, Exchange exchange, Reply<CreateTopics.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
