package io.millrace.broker.request.topic;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.DeleteTopics;

/** Answers DeleteTopics with what the controller decided. */
public final class DeleteTopicsHandler implements Handler<DeleteTopics.Request, DeleteTopics.Response> {
    private final Controller controller;

    public DeleteTopicsHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(DeleteTopics.Request request, Exchange exchange, Reply<DeleteTopics.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
