package io.millrace.protocol.cluster;

import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;

/**
 * A topic as the cluster last described it, its partitions in the order of their numbers. The id is
 * {@link Uuid#ZERO} if the broker knows no ids; with an error there are no partitions.
 */
public record TopicView(String name, Uuid id, boolean isInternal, List<PartitionView> partitions,
        ErrorCode error) {

    /** The partition with this number, or null if the topic does not have it. */
    public PartitionView partition(int partition) {
        return partition >= 0 && partition < partitions.size() ? partitions.get(partition) : null;
    }

    /**
     * What an answer says, except that a leader of an older epoch than the known one is not believed: brokers learn
     * of changes at different times (KIP-320). A topic with another id is another topic.
     */
    static TopicView of(Metadata.Response.Topic answer, TopicView known) {
        boolean isSame = known != null && known.id.equals(answer.topicId());
        var partitions = new ArrayList<PartitionView>(answer.partitions().size());
        answer.partitions().stream().sorted((a, b) -> Integer.compare(a.partitionIndex(), b.partitionIndex()))
                .forEach(each -> partitions.add(newer(viewOf(each),
                        isSame ? known.partition(each.partitionIndex()) : null)));
        return new TopicView(answer.name(), answer.topicId(), answer.isInternal(), List.copyOf(partitions),
                answer.errorCode());
    }

    private static PartitionView viewOf(Metadata.Response.Partition answer) {
        return new PartitionView(answer.partitionIndex(), answer.leaderId(), answer.leaderEpoch(),
                List.copyOf(answer.replicaNodes()), List.copyOf(answer.isrNodes()),
                List.copyOf(answer.offlineReplicas()), answer.errorCode());
    }

    private static PartitionView newer(PartitionView answer, PartitionView known) {
        boolean isOutdated = known != null && answer.leaderEpoch() >= 0
                && answer.leaderEpoch() < known.leaderEpoch();
        return isOutdated ? known : answer;
    }

    /** The same topic with another leader of one of its partitions. */
    TopicView ledBy(int partition, int leaderId, int leaderEpoch) {
        var changed = new ArrayList<>(partitions);
        changed.set(partition, changed.get(partition).ledBy(leaderId, leaderEpoch));
        return new TopicView(name, id, isInternal, List.copyOf(changed), error);
    }
}
