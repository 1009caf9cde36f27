package io.millrace.broker.request;

import io.millrace.broker.controller.Controller;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers an API that is the controller's alone with what the controller decided. A controller that fails without an
 * answer costs the client its connection.
 */
public final class ControllerHandler<Q extends ApiRequest<R>, R extends ApiMessage> implements Handler<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerHandler.class);

    private final Controller controller;

    public ControllerHandler(Controller controller) {
        this.controller = controller;
    }

    @Override
    public void handle(Q request, Exchange exchange, Reply<R> reply) {
        controller.ask(request).whenComplete((response, failure) -> {
            if (failure == null) {
                reply.send(response);
            } else {
                LOG.error("{} from {} failed in the controller", exchange.api(), exchange.clientId(),
                        failure);
                exchange.close("the controller failed: " + failure.getMessage());
            }
        });
    }
}
