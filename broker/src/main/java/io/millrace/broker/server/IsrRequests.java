package io.millrace.broker.server;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.partition.IsrProposals;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Asks the controller for ISRs, for all partitions that this broker leads: one request at a time, and the next holds
 * whatever was proposed meanwhile. State belongs to the owner, a single thread; proposals come from any.
 */
final class IsrRequests implements IsrProposals {
    private static final int MOST_AT_ONCE = 2_000;

    private final Controller controller;
    private final int brokerId;
    private final LongSupplier brokerEpoch;
    private final Executor owner;
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
    private boolean isUnderWay;

    private record Asked(Proposal proposal, CompletableFuture<Outcome> outcome) {}

    private record Key(Uuid topicId, int index) {}

    IsrRequests(Controller controller, int brokerId, LongSupplier brokerEpoch, Executor owner) {
        this.controller = controller;
        this.brokerId = brokerId;
        this.brokerEpoch = brokerEpoch;
        this.owner = owner;
    }

    @Override
    public CompletableFuture<Outcome> propose(Proposal proposal) {
        var asked = new Asked(proposal, new CompletableFuture<>());
        owner.execute(() -> {
            waiting.add(asked);
            if (!isUnderWay) {
                isUnderWay = true;
                owner.execute(this::ask); // behind what has been proposed already
            }
        });
        return asked.outcome;
    }

    private void ask() {
        var together = new ArrayList<Asked>();
        while (!waiting.isEmpty() && together.size() < MOST_AT_ONCE) {
            together.add(waiting.poll());
        }
        controller.ask(request(together)).whenComplete((response, failure) -> owner.execute(() -> {
            isUnderWay = !waiting.isEmpty();
            if (isUnderWay) {
                owner.execute(this::ask);
            }
            answer(together, failure == null ? errors(response) : Map.of());
        }));
    }

    private AlterPartition.Request request(List<Asked> together) {
        var byTopic = new LinkedHashMap<Uuid, List<AlterPartition.Request.PartitionData>>();
        for (var asked : together) {
            byTopic.computeIfAbsent(asked.proposal.topicId(), absent -> new ArrayList<>())
                    .add(partition(asked.proposal));
        }
        var topics = new ArrayList<AlterPartition.Request.TopicData>();
        byTopic.forEach((id, partitions) -> topics.add(new AlterPartition.Request.TopicData(id, partitions)));
        return new AlterPartition.Request(brokerId, brokerEpoch.getAsLong(), topics);
    }

    private static AlterPartition.Request.PartitionData partition(Proposal proposal) {
        var isr = proposal.isr().stream()
                .map(member -> new AlterPartition.Request.BrokerState(member.brokerId(),
                        member.brokerEpoch()))
                .toList();
        return new AlterPartition.Request.PartitionData(proposal.index(), proposal.leaderEpoch(), List.of(),
                isr, (byte) 0, proposal.partitionEpoch());
    }

    /** What the answer says of each partition; nothing if it is an error of the whole request. */
    private static Map<Key, ErrorCode> errors(AlterPartition.Response response) {
        var errors = new HashMap<Key, ErrorCode>();
        if (response.errorCode() == ErrorCode.NONE) {
            response.topics().forEach(topic -> topic.partitions().forEach(partition -> errors
                    .put(new Key(topic.topicId(), partition.partitionIndex()), partition.errorCode())));
        }
        return errors;
    }

    private static void answer(List<Asked> together, Map<Key, ErrorCode> errors) {
        for (var asked : together) {
            var key = new Key(asked.proposal.topicId(), asked.proposal.index());
            asked.outcome.complete(outcome(errors.getOrDefault(key, ErrorCode.UNKNOWN_SERVER_ERROR)));
        }
    }

    private static Outcome outcome(ErrorCode error) {
        return switch (error) {
            case NONE -> Outcome.ACCEPTED;
            case INELIGIBLE_REPLICA, INVALID_REQUEST -> Outcome.REFUSED;
            default -> Outcome.UNDECIDED;
        };
    }
}
