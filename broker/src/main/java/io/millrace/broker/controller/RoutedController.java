package io.millrace.broker.controller;

import io.millrace.broker.controller.topic.AutoCreation;
import io.millrace.broker.controller.topic.InternalTopic;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.transaction.AllocateProducerIds;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings each request to the controller that this broker's image names, here or in another broker. A request that meets
 * no controller is tried once more when the image names the next one, as long as its sender waits. Holds no state.
 */
public final class RoutedController implements Controller {
    private final int brokerId;
    private final MetadataFollower follower;
    private final MetadataController local;
    private final RemoteController remote;
    private final ScheduledExecutorService timer;
    private final Map<String, InternalTopic> internalTopics = new HashMap<>();

    public RoutedController(int brokerId, MetadataFollower follower, MetadataController local,
            RemoteController remote, ScheduledExecutorService timer,
            Collection<InternalTopic> internalTopics) {
        this.brokerId = brokerId;
        this.follower = follower;
        this.local = local;
        this.remote = remote;
        this.timer = timer;
        internalTopics.forEach(topic -> this.internalTopics.put(topic.name(), topic));
    }

    @Override
    public <R extends ApiMessage> CompletableFuture<R> ask(ApiRequest<R> request) {
        var api = ControllerApi.of(request);
        int timeoutMs = Math.max(0, api.timeoutMs().applyAsInt(request));
        int seenEpoch = follower.image().controllerEpoch();
        var answer = attempt(request)
                .exceptionallyCompose(failure -> isWorthAnotherTry(failure)
                        ? follower.whenImage(image -> image.controllerEpoch() > seenEpoch)
                                .thenCompose(image -> attempt(request))
                        : CompletableFuture.failedFuture(failure));
        return within(timeoutMs, answer)
                .exceptionally(failure -> api.refuse().apply(request, refusalOf(failure)));
    }

    private <R> CompletableFuture<R> within(int timeoutMs, CompletableFuture<R> answer) {
        var alarm = timer.schedule(() -> answer.completeExceptionally(new TimeoutException()), timeoutMs,
                TimeUnit.MILLISECONDS);
        return answer.whenComplete((done, failure) -> alarm.cancel(false));
    }

    private <R extends ApiMessage> CompletableFuture<R> attempt(ApiRequest<R> request) {
        int controllerId = follower.image().controllerId();
        if (controllerId == brokerId || controllerId < 0) {
            return local.decide(request);
        }
        return remote.forward(controllerId, request).thenCompose(
                forwarded -> follower.whenApplied(forwarded.imageVersion())
                        .thenApply(image -> forwarded.response()));
    }

    /** Whatever ended the connection, the next controller knows whether the request was carried out. */
    private static boolean isWorthAnotherTry(Throwable failure) {
        var cause = causeOf(failure);
        return !(cause instanceof ApiException api) || api.errorCode() == ErrorCode.NOT_CONTROLLER;
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static ApiException refusalOf(Throwable failure) {
        var cause = causeOf(failure);
        if (cause instanceof ApiException api) {
            return api;
        }
        return cause instanceof TimeoutException
                ? new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                        "The change is not committed yet, and may still be: look before trying again")
                : new ApiException(ErrorCode.UNKNOWN_SERVER_ERROR,
                        "The controller failed on this request: " + cause.getMessage());
    }

    @Override
    public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
        var own = follower.image().broker(brokerId);
        return ask(new AllocateProducerIds.Request(brokerId, own == null ? -1 : own.epoch()))
                .thenApply(response -> {
                    if (response.errorCode() != ErrorCode.NONE) {
                        throw new ApiException(response.errorCode(), "No producer ids were given out: "
                                + response.errorCode());
                    }
                    return new ProducerIdBlock(response.producerIdStart(), response.producerIdLen());
                });
    }

    @Override
    public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
        var image = follower.image();
        var outcomes = new HashMap<String, ErrorCode>();
        names.forEach(name -> outcomes.put(name, ErrorCode.NONE));
        var request = AutoCreation.request(image, internalTopics, names);
        if (request.topics().isEmpty()) {
            return CompletableFuture.completedFuture(outcomes);
        }
        return ask(request).thenApply(response -> {
            response.topics().forEach(result -> outcomes.put(result.name(),
                    result.errorCode() == ErrorCode.TOPIC_ALREADY_EXISTS
                            ? ErrorCode.NONE
                            : result.errorCode()));
            return outcomes;
        });
    }
}
