package io.millrace.broker.controller;

import io.millrace.broker.metadata.BrokerMembership;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of this broker: active while it holds a term. All state belongs to the owner, a single thread. It
 * decides on an image that is ahead of the log by what is under way; a failed write ends the term, and that image with
 * it. Start it once the broker is registered; closing withdraws it.
 */
public final class MetadataController implements Controller, ControllerElection.Candidate, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataController.class);
    private static final String NOT_CONTROLLER_TEXT = "This broker is not the controller: ask the one that Metadata"
            + " names";

    /** What the controller works with: its seams to the cluster, and its thread. */
    public record Surroundings(
            MetadataLog log,
            MetadataFollower follower,
            ControllerElection election,
            BrokerMembership membership,
            Executor owner) {}

    private final Surroundings surroundings;
    private final Settings broker;
    private final Map<String, InternalTopic> internalTopics = new HashMap<>();
    private final Map<Long, CompletableFuture<?>> open = new HashMap<>();
    private long requestsSoFar;
    private List<BrokerRegistration> registered = List.of();
    private boolean membershipKnown;
    private ControllerTerm term;
    private EntryWriter writer;
    private ClusterImage ahead;

    /** The broker's settings are those it was started with; they must include {@link ControllerSettings}. */
    public MetadataController(Surroundings surroundings, Settings broker,
            Collection<InternalTopic> internalTopics) {
        this.surroundings = surroundings;
        this.broker = broker;
        internalTopics.forEach(topic -> this.internalTopics.put(topic.name(), topic));
    }

    /** Stands for election from now on. */
    public void start() {
        surroundings.membership.watch(brokers -> surroundings.owner.execute(() -> onMembership(brokers)));
        surroundings.election.campaign(this);
    }

    @Override
    public void close() {
        surroundings.owner.execute(() -> {
            surroundings.election.withdraw();
            stepDown(term);
        });
    }

    @Override
    public void onElected(ControllerTerm newTerm) {
        surroundings.owner.execute(() -> {
            term = newTerm;
            writer = new EntryWriter(newTerm, surroundings.log, surroundings.follower, surroundings.owner,
                    failure -> onWriteFailure(newTerm, failure));
            surroundings.log.extent()
                    .thenCompose(extent -> surroundings.follower.whenApplied(extent.newestSequence())
                            .thenAcceptAsync(image -> takeOver(newTerm, extent, image), surroundings.owner))
                    .whenCompleteAsync((done, failure) -> {
                        if (failure != null) {
                            onWriteFailure(newTerm, failure);
                        }
                    }, surroundings.owner);
        });
    }

    @Override
    public void onDeposed(ControllerTerm over) {
        surroundings.owner.execute(() -> stepDown(over));
    }

    private void takeOver(ControllerTerm newTerm, MetadataLog.Extent extent, ClusterImage image) {
        if (!newTerm.equals(term)) {
            return;
        }
        writer.startAfter(extent);
        ahead = image;
        write(List.of(new MetadataRecord.ControllerChanged(newTerm.controllerId(), newTerm.epoch())),
                () -> {});
        if (membershipKnown) {
            onMembership(registered);
        }
    }

    /** While this broker itself is between two registrations, so may the others be: wait for the list with it. */
    private void onMembership(List<BrokerRegistration> brokers) {
        registered = brokers;
        membershipKnown = true;
        if (ahead != null && brokers.stream().anyMatch(broker -> broker.id() == term.controllerId())) {
            var records = BrokerChange.decide(ahead, brokers);
            if (!records.isEmpty()) {
                write(records, () -> {});
            }
        }
    }

    private void write(List<MetadataRecord> records, Runnable completion) {
        if (!records.isEmpty()) {
            ahead = ImageBuilder.fold(ahead, records, ahead.version() + 1);
        }
        writer.write(records, completion);
    }

    private void onWriteFailure(ControllerTerm failed, Throwable failure) {
        if (failed.equals(term)) {
            LOG.warn("Controller epoch {} ends: its write was refused", failed.epoch(), failure);
            stepDown(failed);
            surroundings.election.resign(failed);
        }
    }

    private void stepDown(ControllerTerm over) {
        if (over == null || !over.equals(term)) {
            return;
        }
        term = null;
        ahead = null;
        writer.end();
        writer = null;
        var failed = List.copyOf(open.values());
        open.clear();
        failed.forEach(future -> future.completeExceptionally(
                new ApiException(ErrorCode.NOT_CONTROLLER, NOT_CONTROLLER_TEXT)));
    }

    /** Decides on the owner; the answer comes when the decision is in this broker's image. */
    private <R> CompletableFuture<R> submit(Function<DecisionContext, Decision<R>> decide) {
        var answer = new CompletableFuture<R>();
        surroundings.owner.execute(() -> {
            if (ahead == null) {
                answer.completeExceptionally(new ApiException(ErrorCode.NOT_CONTROLLER, NOT_CONTROLLER_TEXT));
                return;
            }
            long request = ++requestsSoFar;
            try {
                var decision = decide.apply(new DecisionContext(ahead, broker,
                        bound -> ThreadLocalRandom.current().nextInt(Math.max(1, bound)), Uuid::random));
                open.put(request, answer);
                write(decision.records(), () -> {
                    open.remove(request);
                    answer.complete(decision.response());
                });
            } catch (RuntimeException e) {
                open.remove(request);
                LOG.error("A request made the controller fail; nothing was changed", e);
                answer.completeExceptionally(new ApiException(ErrorCode.UNKNOWN_SERVER_ERROR,
                        "The controller failed on this request; its log says why"));
            }
        });
        return answer;
    }

    /** An error for the whole request becomes the error of each of its parts, as does running out of time. */
    private static <R> CompletableFuture<R> within(
            int timeoutMs, CompletableFuture<R> answer, Function<ApiException, R> refusal) {
        var late = new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                "The change is not committed yet, and may still be: look before trying again");
        return answer.exceptionally(failure -> refusal.apply(apiExceptionOf(failure)))
                .completeOnTimeout(refusal.apply(late), Math.max(0, timeoutMs), TimeUnit.MILLISECONDS);
    }

    private static ApiException apiExceptionOf(Throwable failure) {
        if (failure instanceof ApiException api) {
            return api;
        }
        return failure.getCause() instanceof ApiException api
                ? api
                : new ApiException(ErrorCode.UNKNOWN_SERVER_ERROR, failure.getMessage());
    }

    @Override
    public CompletableFuture<CreateTopics.Response> createTopics(CreateTopics.Request request) {
        return within(request.timeoutMs(), submit(context -> TopicCreation.decide(context, request)),
                refusal -> new CreateTopics.Response(0, request.topics().stream().map(topic -> TopicCreation
                        .refused(topic.name(), refusal.errorCode(), refusal.getMessage())).toList()));
    }

    @Override
    public CompletableFuture<DeleteTopics.Response> deleteTopics(DeleteTopics.Request request) {
        return within(request.timeoutMs(), submit(context -> TopicDeletion.decide(context, request)),
                refusal -> TopicDeletion.refused(request, refusal));
    }

    @Override
    public CompletableFuture<CreatePartitions.Response> createPartitions(CreatePartitions.Request request) {
        return within(request.timeoutMs(), submit(context -> PartitionGrowth.decide(context, request)),
                refusal -> new CreatePartitions.Response(0, request.topics().stream()
                        .map(topic -> new CreatePartitions.Response.TopicResult(topic.name(),
                                refusal.errorCode(),
                                refusal.getMessage()))
                        .toList()));
    }

    @Override
    public CompletableFuture<IncrementalAlterConfigs.Response> incrementalAlterConfigs(
            IncrementalAlterConfigs.Request request) {
        return submit(context -> ConfigChange.decide(context, request))
                .exceptionally(failure -> ConfigChange.refused(request, apiExceptionOf(failure)));
    }

    @Override
    public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
        return submit(ProducerIds::decide);
    }

    @Override
    public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
        var wanted = new ArrayList<>(names);
        return submit(context -> AutoCreation.decide(context, internalTopics, wanted))
                .exceptionally(failure -> {
                    var outcomes = new HashMap<String, ErrorCode>();
                    wanted.forEach(name -> outcomes.put(name, apiExceptionOf(failure).errorCode()));
                    return outcomes;
                });
    }
}
