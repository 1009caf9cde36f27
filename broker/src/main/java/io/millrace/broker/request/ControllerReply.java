package io.millrace.broker.request;

import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Relays the controller's answer to the client that asked. */
public final class ControllerReply {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerReply.class);

    private ControllerReply() {}

    /** Sends the answer when it comes; a controller that fails without one costs the client its connection. */
    public static <R> void relay(CompletableFuture<R> answer, Exchange exchange, Reply<R> reply) {
        answer.whenComplete((response, failure) -> {
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
