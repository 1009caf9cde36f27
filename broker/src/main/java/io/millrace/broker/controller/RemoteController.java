package io.millrace.broker.controller;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import java.util.concurrent.CompletableFuture;

/** Passes requests on to the controller in another broker. */
public interface RemoteController {

    /** An answer, and the version of the controller's image that shows its effect. */
    record Forwarded<R>(long imageVersion, R response) {}

    /**
     * Fails with an ApiException that the other broker answered, NOT_CONTROLLER for one, or with whatever ended the
     * connection, after which the request may have been carried out or not.
     */
    <R extends ApiMessage> CompletableFuture<Forwarded<R>> forward(
            int brokerId, ApiRequest<R> request);
}
