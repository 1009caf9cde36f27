package io.millrace.broker.controller;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster's controller, wherever it is; callable from any thread. An answer completes when the change is committed
 * and this broker's own image shows it. Authorisation is the caller's.
 */
public interface Controller {

    /** One of {@link ControllerApi}; an error of the whole request becomes the error of each of its parts. */
    <R extends ApiMessage> CompletableFuture<R> ask(ApiRequest<R> request);

    /** Fails with an ApiException when no controller answers. */
    CompletableFuture<ProducerIdBlock> allocateProducerIds();

    /**
     * Creates missing topics with the controller's default counts (an internal one with its own), and answers the
     * outcome of each name: NONE also for one that exists already.
     */
    CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names);
}
