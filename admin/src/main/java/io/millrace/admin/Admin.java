package io.millrace.admin;

import io.millrace.admin.cluster.BrokerVersions;
import io.millrace.admin.cluster.ClusterDescription;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigResource;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.admin.group.GroupDescription;
import io.millrace.admin.group.GroupListing;
import io.millrace.admin.offset.ListedOffset;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.admin.operation.Outcomes;
import io.millrace.admin.placement.ElectionType;
import io.millrace.admin.placement.LogDirDescription;
import io.millrace.admin.placement.Reassignment;
import io.millrace.admin.placement.ReplicaPlace;
import io.millrace.admin.topic.CreatedTopic;
import io.millrace.admin.topic.NewPartitions;
import io.millrace.admin.topic.NewTopic;
import io.millrace.admin.topic.TopicDescription;
import io.millrace.admin.topic.TopicListing;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * Administers a Kafka cluster. Safe for use by many threads; futures complete on the admin's one thread. A future fails
 * if the whole request does: an ApiException carries the protocol's error code, a ConnectionFailure says what cannot be
 * reached. What becomes of single topics, partitions and so on is in the {@link Outcomes}.
 */
public interface Admin extends AutoCloseable {

    /** Creates topics. */
    default CompletableFuture<Outcomes<String, CreatedTopic>> createTopics(Collection<NewTopic> topics) {
        return createTopics(topics, false);
    }

    /** Creates topics, or only says whether they could be. */
    CompletableFuture<Outcomes<String, CreatedTopic>> createTopics(Collection<NewTopic> topics,
            boolean isOnlyValidated);

    /** Deletes topics; answers their ids. */
    CompletableFuture<Outcomes<String, Uuid>> deleteTopics(Collection<String> names);

    /** All topics, by their names. */
    CompletableFuture<List<TopicListing>> listTopics();

    /** Topics with their partitions, however many: they are read in pages. */
    default CompletableFuture<Outcomes<String, TopicDescription>> describeTopics(Collection<String> names) {
        return describeTopics(names, 2_000);
    }

    /** The same in pages of so many partitions. */
    CompletableFuture<Outcomes<String, TopicDescription>> describeTopics(Collection<String> names,
            int partitionsPerPage);

    /** Adds partitions to topics; answers how many they have then. */
    CompletableFuture<Outcomes<String, Integer>> createPartitions(Map<String, NewPartitions> counts);

    /** The settings of resources, with where each value comes from. */
    CompletableFuture<Outcomes<ConfigResource, List<ConfigEntry>>> describeConfigs(
            Collection<ConfigResource> resources);

    /** Changes single settings, or only says whether they could be changed (KIP-339). */
    CompletableFuture<Outcomes<ConfigResource, Void>> incrementalAlterConfigs(
            Map<ConfigResource, List<ConfigChange>> changes, boolean isOnlyValidated);

    /** Looks offsets up by place or time. */
    default CompletableFuture<Outcomes<TopicPartition, ListedOffset>> listOffsets(
            Map<TopicPartition, OffsetSpec> specs) {
        return listOffsets(specs, false);
    }

    /** The same; the latest of committed transactions only, if so asked. */
    CompletableFuture<Outcomes<TopicPartition, ListedOffset>> listOffsets(
            Map<TopicPartition, OffsetSpec> specs, boolean isReadCommitted);

    /** Deletes the records before these offsets, -1 for all; answers where the partitions start then. */
    CompletableFuture<Outcomes<TopicPartition, Long>> deleteRecords(Map<TopicPartition, Long> before);

    /** All groups. */
    default CompletableFuture<List<GroupListing>> listGroups() {
        return listGroups(List.of(), List.of());
    }

    /** The groups in these states and of these types; an empty collection stands for all. */
    CompletableFuture<List<GroupListing>> listGroups(Collection<String> states, Collection<String> types);

    /** Groups with their members. */
    CompletableFuture<Outcomes<String, GroupDescription>> describeConsumerGroups(Collection<String> groupIds);

    /** The offsets that groups have committed. */
    CompletableFuture<Outcomes<String, SortedMap<TopicPartition, CommittedOffset>>> listConsumerGroupOffsets(
            Collection<String> groupIds);

    /** Commits offsets for a group that has no members. */
    CompletableFuture<Outcomes<TopicPartition, Void>> alterConsumerGroupOffsets(String groupId,
            Map<TopicPartition, CommittedOffset> offsets);

    /** Deletes offsets of topics to which nobody in the group is subscribed. */
    CompletableFuture<Outcomes<TopicPartition, Void>> deleteConsumerGroupOffsets(String groupId,
            Collection<TopicPartition> partitions);

    /** Deletes groups that have no members. */
    CompletableFuture<Outcomes<String, Void>> deleteConsumerGroups(Collection<String> groupIds);

    /** Removes static members, or all members if there are no instance ids, from a group; the broker logs the reason. */
    CompletableFuture<Outcomes<String, Void>> removeMembersFromConsumerGroup(String groupId,
            Collection<String> instanceIds, String reason);

    /**
     * Elects leaders of these partitions, or of all if the collection is null. Partitions that need no election fail
     * with ELECTION_NOT_NEEDED if they were named, and are left out if not.
     */
    CompletableFuture<Outcomes<TopicPartition, Void>> electLeaders(ElectionType type,
            Collection<TopicPartition> partitions);

    /** Moves partitions to other replicas; an empty list cancels the move that is under way. */
    default CompletableFuture<Outcomes<TopicPartition, Void>> alterPartitionReassignments(
            Map<TopicPartition, List<Integer>> targets) {
        return alterPartitionReassignments(targets, true);
    }

    /** The same; may refuse lists that are longer or shorter than what is there. */
    CompletableFuture<Outcomes<TopicPartition, Void>> alterPartitionReassignments(
            Map<TopicPartition, List<Integer>> targets, boolean mayChangeReplicationFactor);

    /** What of these partitions moves now; of all, if the collection is null. */
    CompletableFuture<SortedMap<TopicPartition, Reassignment>> listPartitionReassignments(
            Collection<TopicPartition> partitions);

    /** The log directories of brokers and the replicas in them. */
    CompletableFuture<Outcomes<Integer, List<LogDirDescription>>> describeLogDirs(
            Collection<Integer> brokerIds);

    /** Moves replicas to other log directories, by their paths, of the same broker. */
    CompletableFuture<Outcomes<ReplicaPlace, Void>> alterReplicaLogDirs(Map<ReplicaPlace, String> paths);

    /** The cluster's id, its controller, and the brokers in service. */
    default CompletableFuture<ClusterDescription> describeCluster() {
        return describeCluster(false);
    }

    /** The same, with brokers that are out of service if so asked. */
    CompletableFuture<ClusterDescription> describeCluster(boolean includesFenced);

    /** What a broker understands, by its id. */
    CompletableFuture<BrokerVersions> describeVersions(int brokerId);

    /** Says that a broker that was stopped will not come back. */
    CompletableFuture<Void> unregisterBroker(int brokerId);

    /** Fails what is under way, and frees everything. */
    @Override
    void close();
}
