package io.millrace.broker.request.config;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.request.ControllerReply;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;

/** Answers IncrementalAlterConfigs with what the controller decided. */
public final class IncrementalAlterConfigsHandler
        implements
            Handler<IncrementalAlterConfigs.Request, IncrementalAlterConfigs.Response> {
    private final Controller controller;

    public IncrementalAlterConfigsHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(IncrementalAlterConfigs.Request request, Exchange exchange,
            Reply<IncrementalAlterConfigs.Response> reply) {
        ControllerReply.relay(controller.ask(request), exchange, reply);
    }
}
