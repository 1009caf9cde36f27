package io.millrace.broker.request;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;

/** Answers one API. Called on the connection's core loop and never blocks it; the reply may come later. */
@FunctionalInterface
public interface Handler<Q extends ApiRequest<R>, R extends ApiMessage> {

    /** Answers through {@code reply} exactly once, from any thread. */
    void handle(Q request, Exchange exchange, Reply<R> reply);
}
