package io.millrace.protocol.cluster;

import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What a client knows of a cluster: its nodes, and the topics that it asked about. Immutable; each answer makes a new
 * one. The cluster's id is null, and the controller's -1, while they are not known.
 */
public record ClusterView(String clusterId, int controllerId, Map<Integer, Node> nodes,
        Map<String, TopicView> topics, Map<Uuid, String> namesById) {

    /** Nothing is known. */
    public static final ClusterView UNKNOWN = new ClusterView(null, -1, Map.of(), Map.of(), Map.of());

    /** The node with this id, or null. */
    public Node node(int id) {
        return nodes.get(id);
    }

    /** The topic, perhaps with an error, or null if nothing is known of it. */
    public TopicView topic(String name) {
        return topics.get(name);
    }

    /** The topic with this id, or null. */
    public TopicView topic(Uuid id) {
        var name = namesById.get(id);
        return name == null ? null : topics.get(name);
    }

    /** The partition, or null if it is not known. */
    public PartitionView partition(String topic, int partition) {
        var view = topics.get(topic);
        return view == null ? null : view.partition(partition);
    }

    /** The node that leads the partition, or null if that is not known. */
    public Node leaderOf(String topic, int partition) {
        var view = partition(topic, partition);
        return view == null ? null : nodes.get(view.leaderId());
    }

    /** This view with all that an answer says; of the topics known before, those that the answer leaves out stay. */
    public ClusterView with(Metadata.Response answer) {
        var nextNodes = new HashMap<Integer, Node>();
        answer.brokers().forEach(broker -> nextNodes.put(broker.nodeId(),
                new Node(broker.nodeId(), broker.host(), broker.port(), broker.rack())));
        var nextTopics = new HashMap<>(topics);
        for (var topic : answer.topics()) {
            if (topic.name() != null) {
                nextTopics.put(topic.name(), TopicView.of(topic, topics.get(topic.name())));
            }
        }
        return of(answer.clusterId(), answer.controllerId(), nextNodes, nextTopics);
    }

    /** This view without the topics that are not among these. */
    public ClusterView keeping(Collection<String> names) {
        var kept = new HashMap<>(topics);
        return kept.keySet().retainAll(names) ? of(clusterId, controllerId, nodes, kept) : this;
    }

    /** This view with a leader that a broker hinted at (KIP-951), unless a newer one is known. */
    public ClusterView ledBy(TopicPartition partition, Node leader, int leaderEpoch) {
        var known = partition(partition.topic(), partition.partition());
        if (known == null || known.leaderEpoch() >= leaderEpoch) {
            return this;
        }
        var nextNodes = new HashMap<>(nodes);
        nextNodes.put(leader.id(), leader);
        var nextTopics = new HashMap<>(topics);
        nextTopics.put(partition.topic(),
                topics.get(partition.topic()).ledBy(partition.partition(), leader.id(), leaderEpoch));
        return of(clusterId, controllerId, nextNodes, nextTopics);
    }

    /** This view as if no node were known: those that are must be asked for again (KIP-1102). */
    public ClusterView withoutNodes() {
        return of(clusterId, -1, Map.of(), topics);
    }

    private static ClusterView of(String clusterId, int controllerId, Map<Integer, Node> nodes,
            Map<String, TopicView> topics) {
        var names = new HashMap<Uuid, String>();
        topics.values().stream()
                .filter(topic -> topic.error() == ErrorCode.NONE && !topic.id().equals(Uuid.ZERO))
                .forEach(topic -> names.put(topic.id(), topic.name()));
        return new ClusterView(clusterId, controllerId, Map.copyOf(nodes), Map.copyOf(topics),
                Map.copyOf(names));
    }
}
