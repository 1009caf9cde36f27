package io.millrace.broker.request;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ProducerIdBlock;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A controller that refuses everything; a test overrides what it is about. */
public class StubController implements Controller {
    private static <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(new AssertionError("the controller was not to be asked"));
    }

    @Override
    public <R extends ApiMessage> CompletableFuture<R> ask(ApiRequest<R> request) {
        return refused();
    }

    @Override
    public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
        return refused();
    }

    @Override
    public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
        return refused();
    }
}
