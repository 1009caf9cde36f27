package io.millrace.protocol.client;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/** Decodes the answer to a typed request and completes its future, on the connection's loop. */
final class TypedAnswer<R extends ApiMessage> implements Answer {
    private static final ClassValue<Class<?>> RESPONSES = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> requestType) {
            for (var nested : requestType.getEnclosingClass().getDeclaredClasses()) {
                if (nested.getSimpleName().equals("Response")) {
                    return nested;
                }
            }
            throw new IllegalArgumentException(requestType.getName() + " has no response beside it");
        }
    };

    private final Codec<R> codec;
    private final CompletableFuture<R> future = new CompletableFuture<>();

    @SuppressWarnings("unchecked") // the response that stands beside a request is the R of its ApiRequest<R>
    TypedAnswer(ApiRequest<R> request, int version) {
        codec = (Codec<R>) Codec.of(RESPONSES.get(request.getClass()), version);
    }

    static ApiKey apiOf(ApiRequest<?> request) {
        return request.getClass().getEnclosingClass().getAnnotation(Api.class).value();
    }

    CompletableFuture<R> future() {
        return future;
    }

    @Override
    public void onAnswer(ByteBuf body) {
        R response;
        try {
            response = codec.read(body);
        } catch (MalformedMessageException e) {
            future.completeExceptionally(
                    new ConnectionFailure(ConnectionFailure.Kind.MALFORMED, e.getMessage()));
            throw e;
        } finally {
            body.release();
        }
        future.complete(response);
    }

    @Override
    public void onFailure(RuntimeException failure) {
        future.completeExceptionally(failure);
    }
}
