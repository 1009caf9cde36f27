package io.millrace.broker.controller.replica;

import static io.millrace.protocol.wire.ErrorCode.FENCED_LEADER_EPOCH;
import static io.millrace.protocol.wire.ErrorCode.INELIGIBLE_REPLICA;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.INVALID_UPDATE_VERSION;
import static io.millrace.protocol.wire.ErrorCode.NEW_LEADER_ELECTED;
import static io.millrace.protocol.wire.ErrorCode.NOT_CONTROLLER;
import static io.millrace.protocol.wire.ErrorCode.STALE_BROKER_EPOCH;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_ID;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.message.topic.AlterPartition.Request.BrokerState;
import io.millrace.protocol.message.topic.AlterPartition.Request.PartitionData;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Decides AlterPartition: only the leader of the newest epoch changes an ISR, from the state it knows, to members that
 * live and are the very registrations it names (KIP-841, 903). What holds already is granted again. Pure.
 */
public final class IsrChange {
    private static final long ANY_EPOCH = -1;
    private static final byte RECOVERING = 1;

    private final DecisionContext context;
    private final AlterPartition.Request request;
    private final ChangedPartitions changed = new ChangedPartitions();

    private IsrChange(DecisionContext context, AlterPartition.Request request) {
        this.context = context;
        this.request = request;
    }

    public static Decision<AlterPartition.Response> decide(DecisionContext context,
            AlterPartition.Request request) {
        var sender = context.image().broker(request.brokerId());
        if (sender == null || sender.epoch() != request.brokerEpoch()) {
            return Decision.unchanged(refused(STALE_BROKER_EPOCH));
        }
        return new IsrChange(context, request).decide();
    }

    /** A refusal of the whole request. */
    public static AlterPartition.Response refused(ErrorCode code) {
        return new AlterPartition.Response(0, code, List.of());
    }

    private Decision<AlterPartition.Response> decide() {
        var topics = new ArrayList<AlterPartition.Response.TopicData>();
        for (var asked : request.topics()) {
            var topic = context.image().topic(asked.topicId());
            var partitions = asked.partitions().stream().map(partition -> answer(topic, partition)).toList();
            topics.add(new AlterPartition.Response.TopicData(asked.topicId(), partitions));
        }
        return new Decision<>(changed.records(), new AlterPartition.Response(0, ErrorCode.NONE, topics));
    }

    private AlterPartition.Response.PartitionData answer(TopicImage topic, PartitionData asked) {
        try {
            var before = find(topic, asked);
            var next = next(topic, before, asked);
            changed.put(topic, next);
            Refusal.unless(next.leaderEpoch() == before.leaderEpoch(), NEW_LEADER_ELECTED,
                    "The change ended the reassignment, and the partition's leader is ", next.leader());
            return result(asked.partitionIndex(), ErrorCode.NONE, next);
        } catch (ApiException e) {
            var none = new PartitionImage(asked.partitionIndex(), List.of(), List.of(),
                    PartitionImage.NO_LEADER, -1, -1);
            return result(asked.partitionIndex(), e.errorCode(), none);
        }
    }

    private static AlterPartition.Response.PartitionData result(int index, ErrorCode code,
            PartitionImage state) {
        return new AlterPartition.Response.PartitionData(index, code, state.leader(), state.leaderEpoch(),
                state.isr(), state.recovering() ? RECOVERING : 0, state.partitionEpoch());
    }

    private PartitionImage find(TopicImage topic, PartitionData asked) {
        Refusal.unless(topic != null, UNKNOWN_TOPIC_ID, "There is no topic of this id");
        var partition = changed.current(topic, asked.partitionIndex());
        Refusal.unless(partition != null, UNKNOWN_TOPIC_OR_PARTITION, "Topic ", topic.name(),
                " has no partition ", asked.partitionIndex());
        return partition;
    }

    private PartitionImage next(TopicImage topic, PartitionImage now, PartitionData asked) {
        checkSender(now, asked);
        var isr = members(asked).stream().map(BrokerState::brokerId).toList();
        boolean isRecovering = asked.leaderRecoveryState() == RECOVERING;
        boolean holdsAlready = now.isr().size() == isr.size() && now.isr().containsAll(isr)
                && now.recovering() == isRecovering;
        if (holdsAlready) {
            return now;
        }
        Refusal.unless(asked.partitionEpoch() == now.partitionEpoch(), INVALID_UPDATE_VERSION,
                "The partition has changed since");
        checkIsr(now, asked, isr); // last: a member is refused only if no earlier attempt was carried out
        return new PartitionChange(now, Liveness.in(context), TopicRules.of(context, topic.name()))
                .leaderAsks(isr, isRecovering).build();
    }

    private void checkSender(PartitionImage now, PartitionData asked) {
        boolean knowsMore = asked.leaderEpoch() > now.leaderEpoch()
                || asked.partitionEpoch() > now.partitionEpoch();
        Refusal.unless(!knowsMore, NOT_CONTROLLER, "The sender knows a newer state than this controller");
        Refusal.unless(asked.leaderEpoch() == now.leaderEpoch(), FENCED_LEADER_EPOCH,
                "The partition is at leader epoch ", now.leaderEpoch());
        Refusal.unless(request.brokerId() == now.leader(), INVALID_REQUEST, "Broker ", request.brokerId(),
                " does not lead the partition, ", now.leader(), " does");
    }

    private void checkIsr(PartitionImage now, PartitionData asked, List<Integer> isr) {
        Refusal.unless(new HashSet<>(isr).size() == isr.size() && now.replicas().containsAll(isr),
                INVALID_REQUEST, "The ISR ", isr, " must be some of the replicas ", now.replicas());
        Refusal.unless(isr.contains(now.leader()), INVALID_REQUEST, "The ISR ", isr, " lacks the leader");
        boolean isRecovering = asked.leaderRecoveryState() == RECOVERING;
        Refusal.unless(!isRecovering || now.recovering() && isr.size() == 1, INVALID_REQUEST,
                "Only a leader that was elected uncleanly recovers, and alone");
        for (var member : members(asked)) {
            var broker = context.image().broker(member.brokerId());
            boolean isThatOne = broker != null && !broker.draining()
                    && (member.brokerEpoch() == ANY_EPOCH || member.brokerEpoch() == broker.epoch());
            boolean isMember = broker != null && now.isr().contains(member.brokerId());
            Refusal.unless(isThatOne || isMember && member.brokerId() == now.leader(), INELIGIBLE_REPLICA,
                    "Broker ", member.brokerId(), " is gone, about to stop, or registered anew");
        }
    }

    private static List<BrokerState> members(PartitionData asked) {
        return asked.newIsrWithEpochs().isEmpty()
                ? asked.newIsr().stream().map(id -> new BrokerState(id, ANY_EPOCH)).toList()
                : asked.newIsrWithEpochs();
    }
}
