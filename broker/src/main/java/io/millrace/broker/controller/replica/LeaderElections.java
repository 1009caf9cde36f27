package io.millrace.broker.controller.replica;

import static io.millrace.protocol.wire.ErrorCode.ELECTION_NOT_NEEDED;
import static io.millrace.protocol.wire.ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.controller.replica.PartitionChange.Election;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.message.topic.ElectLeaders.Response.PartitionResult;
import io.millrace.protocol.message.topic.ElectLeaders.Response.ReplicaElectionResult;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

/** Decides elections that somebody asked for, and those that bring leaders back to where they belong. Pure. */
public final class LeaderElections {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final DecisionContext context;
    private final Election kind;
    private final ChangedPartitions changed = new ChangedPartitions();

    private LeaderElections(DecisionContext context, Election kind) {
        this.context = context;
        this.kind = kind;
    }

    public static Decision<ElectLeaders.Response> decide(DecisionContext context,
            ElectLeaders.Request request) {
        byte type = request.electionType();
        if (type != PREFERRED && type != UNCLEAN) {
            return Decision.unchanged(refused(request, Refusal.of(INVALID_REQUEST, "Election type ", type,
                    " must be 0, preferred, or 1, unclean")));
        }
        return new LeaderElections(context, type == PREFERRED ? Election.PREFERRED : Election.UNCLEAN)
                .decide(request);
    }

    /** The same refusal for every partition that the request names. */
    public static ElectLeaders.Response refused(ElectLeaders.Request request, ApiException refusal) {
        var asked = request.topicPartitions() == null
                ? List.<ElectLeaders.Request.TopicPartitions>of()
                : request.topicPartitions();
        return new ElectLeaders.Response(0, refusal.errorCode(), asked.stream()
                .map(topic -> new ReplicaElectionResult(topic.topic(), topic.partitions().stream()
                        .map(index -> new PartitionResult(index, refusal.errorCode(),
                                refusal.getMessage()))
                        .toList()))
                .toList());
    }

    private Decision<ElectLeaders.Response> decide(ElectLeaders.Request request) {
        var results = request.topicPartitions() == null ? everywhere() : asked(request.topicPartitions());
        return new Decision<>(changed.records(),
                new ElectLeaders.Response(0, ErrorCode.NONE, results));
    }

    private List<ReplicaElectionResult> asked(List<ElectLeaders.Request.TopicPartitions> topics) {
        var results = new ArrayList<ReplicaElectionResult>();
        for (var topic : topics) {
            var image = context.image().topic(topic.topic());
            results.add(new ReplicaElectionResult(topic.topic(),
                    topic.partitions().stream().map(index -> elect(image, index)).toList()));
        }
        return results;
    }

    /** All partitions; those that need no election are left out of the answer, as Kafka does. */
    private List<ReplicaElectionResult> everywhere() {
        var results = new ArrayList<ReplicaElectionResult>();
        for (var topic : context.image().topics()) {
            var needed = IntStream.range(0, topic.partitions().size()).mapToObj(index -> elect(topic, index))
                    .filter(result -> result.errorCode() != ELECTION_NOT_NEEDED).toList();
            if (!needed.isEmpty()) {
                results.add(new ReplicaElectionResult(topic.name(), needed));
            }
        }
        return results;
    }

    /** An unclean election waits for those who may still take themselves for the leader. */
    private String lingering(PartitionImage partition) {
        var liveness = Liveness.in(context);
        var lingering = partition.replicas().stream().filter(liveness::lingers).toList();
        return lingering.isEmpty() ? ""
                : ". Brokers " + lingering
                        + " may still act: try again when their ZooKeeper sessions are over";
    }

    private PartitionResult elect(TopicImage topic, int index) {
        try {
            var partition = topic == null ? null : changed.current(topic, index);
            Refusal.unless(partition != null, UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
            boolean isNeeded = kind == Election.PREFERRED
                    ? partition.leader() != partition.replicas().get(0)
                    : !partition.hasLeader();
            Refusal.unless(isNeeded, ELECTION_NOT_NEEDED, "The partition is led by ", partition.leader());
            boolean isElected = changed.put(topic, next(topic, partition));
            Refusal.unless(isElected, kind == Election.PREFERRED
                    ? PREFERRED_LEADER_NOT_AVAILABLE
                    : ELIGIBLE_LEADERS_NOT_AVAILABLE, "No replica can lead now: replicas ",
                    partition.replicas(), ", in sync ", partition.isr(), lingering(partition));
            return new PartitionResult(index, ErrorCode.NONE, null);
        } catch (ApiException e) {
            return new PartitionResult(index, e.errorCode(), e.getMessage());
        }
    }

    private PartitionImage next(TopicImage topic, PartitionImage partition) {
        return new PartitionChange(partition, Liveness.in(context),
                TopicRules.of(context, topic.name())).elect(kind).build();
    }

    /** Elects for partitions without a leader, as far as their topics allow it now. */
    public static List<MetadataRecord> leaderless(DecisionContext context) {
        var elections = new LeaderElections(context, Election.WHEN_NEEDED);
        for (var topic : context.image().topics()) {
            for (var partition : topic.partitions()) {
                if (!partition.hasLeader()) {
                    elections.changed.put(topic, elections.next(topic, partition));
                }
            }
        }
        return elections.changed.records();
    }

    /** Leads partitions back to their first replicas, for brokers too many of whose partitions others lead. */
    public static List<MetadataRecord> balance(DecisionContext context, int toleratedPercent) {
        var preferring = new HashMap<Integer, Integer>();
        var elsewhere = new HashMap<Integer, Integer>();
        for (var topic : context.image().topics()) {
            for (var partition : topic.partitions()) {
                int preferred = partition.replicas().get(0);
                preferring.merge(preferred, 1, Integer::sum);
                elsewhere.merge(preferred, partition.leader() == preferred ? 0 : 1, Integer::sum);
            }
        }
        var elections = new LeaderElections(context, Election.PREFERRED);
        for (var topic : context.image().topics()) {
            for (var partition : topic.partitions()) {
                int preferred = partition.replicas().get(0);
                boolean isTooMany = 100L * elsewhere.get(preferred) > (long) toleratedPercent
                        * preferring.get(preferred);
                if (isTooMany && partition.hasLeader() && partition.leader() != preferred
                        && partition.isr().contains(preferred)) {
                    elections.changed.put(topic, elections.next(topic, partition));
                }
            }
        }
        return elections.changed.records();
    }
}
