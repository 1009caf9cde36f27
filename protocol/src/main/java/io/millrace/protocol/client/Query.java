package io.millrace.protocol.client;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A typed request, in the form that suits the version which the broker speaks, and where its answer says that all of
 * it failed: such an answer is retried if its error allows that. Versions above the highest are not used. Immutable if
 * its parts are.
 */
public record Query<R extends ApiMessage>(ApiKey api, IntFunction<ApiRequest<R>> request,
        Function<R, ErrorCode> error, int highestVersion) {

    /** The same request whatever the version; the answer is handed on, its errors with it. */
    public static <R extends ApiMessage> Query<R> of(ApiRequest<R> request) {
        return of(request, answer -> ErrorCode.NONE);
    }

    /** The same request whatever the version. */
    public static <R extends ApiMessage> Query<R> of(ApiRequest<R> request, Function<R, ErrorCode> error) {
        return of(TypedAnswer.apiOf(request), version -> request, error);
    }

    /** A request whose form depends on the version. */
    public static <R extends ApiMessage> Query<R> of(ApiKey api, IntFunction<ApiRequest<R>> request,
            Function<R, ErrorCode> error) {
        return new Query<>(api, request, error, api.maxVersion());
    }

    /** The same in no version above this one. */
    public Query<R> upTo(int version) {
        return new Query<>(api, request, error, Math.min(version, highestVersion));
    }
}
