package io.millrace.broker.controller;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.controller.decision.Sessions;
import io.millrace.broker.controller.decision.Suspects;
import io.millrace.broker.controller.replica.BrokerChange;
import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.controller.replica.LeaderElections;
import io.millrace.broker.controller.topic.AdoptedTopic;
import io.millrace.broker.controller.topic.TopicAdoption;
import io.millrace.broker.metadata.BrokerMembership;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of this broker: active while it holds a term. All state belongs to the owner, a single thread. It
 * decides on an image that is ahead of the log by what is under way; a failed write ends the term, and that image with
 * it. Start it once the broker is registered; closing withdraws it.
 */
public final class MetadataController implements ControllerElection.Candidate, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataController.class);
    private static final String NOT_CONTROLLER_TEXT = "This broker is not the controller: ask the one that Metadata"
            + " names";

    /** What the controller works with: its seams to the cluster, its thread, and chance for what must not be alike. */
    public record Surroundings(
            MetadataLog log,
            MetadataFollower follower,
            ControllerElection election,
            BrokerMembership membership,
            Executor owner,
            RandomGenerator random) {}

    private final Surroundings surroundings;
    private final Settings broker;
    private final Map<Long, CompletableFuture<?>> open = new HashMap<>();
    private long requestsSoFar;
    private List<BrokerRegistration> registered = List.of();
    private Sessions sessions = Sessions.UNKNOWN;
    private ControllerTerm term;
    private EntryWriter writer;
    private ClusterImage ahead;
    private Suspects suspects = Suspects.NONE;

    /** The broker's settings are those it was started with; they must include {@link ControllerSettings}. */
    public MetadataController(Surroundings surroundings, Settings broker) {
        this.surroundings = surroundings;
        this.broker = broker;
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
                    failure -> onWriteFailure(newTerm, failure),
                    broker.get(ControllerSettings.ENTRIES_PER_SNAPSHOT));
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
        if (sessions.areKnown()) {
            onMembership(registered);
        }
    }

    /** While this broker itself is between two registrations, so may the others be: wait for the list with it. */
    private void onMembership(List<BrokerRegistration> brokers) {
        registered = brokers;
        sessions = Sessions.of(brokers);
        if (ahead != null && brokers.stream().anyMatch(broker -> broker.id() == term.controllerId())) {
            writeIfAny(BrokerChange.decide(context(), brokers));
            writeIfAny(LeaderElections.leaderless(context()));
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

    /** Leaves the seat of this epoch to another broker, since this one cannot reach most of them. */
    public void vacate(int epoch) {
        surroundings.owner.execute(() -> {
            if (term != null && term.epoch() == epoch) {
                LOG.warn("Controller epoch {} ends: most brokers do not answer this one", epoch);
                var over = term;
                stepDown(over);
                surroundings.election.vacate(over);
            }
        });
    }

    private void stepDown(ControllerTerm over) {
        if (over == null || !over.equals(term)) {
            return;
        }
        term = null;
        ahead = null;
        suspects = Suspects.NONE;
        writer.end();
        writer = null;
        var failed = List.copyOf(open.values());
        open.clear();
        failed.forEach(future -> future.completeExceptionally(
                new ApiException(ErrorCode.NOT_CONTROLLER, NOT_CONTROLLER_TEXT)));
    }

    /**
     * Decides one of {@link ControllerApi}; the answer comes, on the owner, when the decision is in this broker's
     * image. Fails with an ApiException, NOT_CONTROLLER when another broker is the controller.
     */
    public <R extends ApiMessage> CompletableFuture<R> decide(ApiRequest<R> request) {
        var api = ControllerApi.of(request);
        return submit(context -> {
            if (request instanceof ReportUnreachable.Request report) {
                suspects = suspects.with(report, ahead);
                return api.decide().apply(context(), request);
            }
            return api.decide().apply(context, request);
        });
    }

    /** Takes in topics whose logs this broker holds already; answers how many. Fails as {@link #decide} does. */
    public CompletableFuture<Integer> adopt(int brokerId, List<AdoptedTopic> topics, long nextProducerId) {
        return submit(context -> TopicAdoption.decide(context, brokerId, topics, nextProducerId));
    }

    private <R> CompletableFuture<R> submit(Function<DecisionContext, Decision<R>> decide) {
        var answer = new CompletableFuture<R>();
        surroundings.owner.execute(() -> {
            if (ahead == null) {
                answer.completeExceptionally(new ApiException(ErrorCode.NOT_CONTROLLER, NOT_CONTROLLER_TEXT));
                return;
            }
            long number = ++requestsSoFar;
            try {
                var decision = decide.apply(context());
                open.put(number, answer);
                write(decision.records(), () -> {
                    open.remove(number);
                    answer.complete(decision.response());
                });
            } catch (ApiException e) {
                open.remove(number);
                answer.completeExceptionally(e);
            } catch (RuntimeException e) {
                open.remove(number);
                LOG.error("A request made the controller fail; nothing was changed", e);
                answer.completeExceptionally(new ApiException(ErrorCode.UNKNOWN_SERVER_ERROR,
                        "The controller failed on this request; its log says why"));
            }
        });
        return answer;
    }

    private DecisionContext context() {
        return new DecisionContext(ahead, broker,
                bound -> surroundings.random.nextInt(Math.max(1, bound)),
                () -> Uuid.random(surroundings.random), suspects, sessions);
    }

    /** Leads partitions back to their first replicas where too many have left them; if this is the controller. */
    public void balanceLeaders() {
        surroundings.owner.execute(() -> {
            if (ahead != null && broker.get(ControllerSettings.AUTO_LEADER_REBALANCE)) {
                writeIfAny(LeaderElections.balance(context(),
                        broker.get(ControllerSettings.LEADER_IMBALANCE_PERCENT)));
            }
        });
    }

    private void writeIfAny(List<MetadataRecord> records) {
        if (!records.isEmpty()) {
            write(records, () -> {});
        }
    }
}
