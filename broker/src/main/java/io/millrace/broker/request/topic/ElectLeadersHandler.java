package io.millrace.broker.request.topic;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.ElectLeaders;

/** Answers ElectLeaders with what the controller decided. */
public final class ElectLeadersHandler
        implements
            Handler<ElectLeaders.Request, ElectLeaders.Response> {
    private final Controller controller;

    public ElectLeadersHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(ElectLeaders.Request request, Exchange exchange, Reply<ElectLeaders.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
