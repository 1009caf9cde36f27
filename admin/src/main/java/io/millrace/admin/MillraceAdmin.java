package io.millrace.admin;

import io.millrace.admin.cluster.BrokerVersions;
import io.millrace.admin.cluster.ClusterDescription;
import io.millrace.admin.cluster.ClusterOperations;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigOperations;
import io.millrace.admin.config.ConfigResource;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.admin.group.CommittedOffsets;
import io.millrace.admin.group.GroupDescription;
import io.millrace.admin.group.GroupListing;
import io.millrace.admin.group.GroupOperations;
import io.millrace.admin.offset.ListedOffset;
import io.millrace.admin.offset.OffsetOperations;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.Outcomes;
import io.millrace.admin.placement.ElectionType;
import io.millrace.admin.placement.LogDirDescription;
import io.millrace.admin.placement.LogDirOperations;
import io.millrace.admin.placement.PlacementOperations;
import io.millrace.admin.placement.Reassignment;
import io.millrace.admin.placement.ReplicaPlace;
import io.millrace.admin.topic.CreatedTopic;
import io.millrace.admin.topic.NewPartitions;
import io.millrace.admin.topic.NewTopic;
import io.millrace.admin.topic.TopicDescription;
import io.millrace.admin.topic.TopicListing;
import io.millrace.admin.topic.TopicOperations;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin: hands each operation to those who know it. It has one thread, its client's. The settings have Kafka's
 * names, see {@link AdminSettings}; {@code bootstrap.servers} alone is needed.
 */
public final class MillraceAdmin implements Admin {
    private static final Logger LOG = LoggerFactory.getLogger(MillraceAdmin.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ClusterClient client;
    private final TopicOperations topics;
    private final ConfigOperations configs;
    private final OffsetOperations offsets;
    private final GroupOperations groups;
    private final CommittedOffsets committed;
    private final PlacementOperations placement;
    private final LogDirOperations logDirs;
    private final ClusterOperations cluster;

    /** An admin with these settings, a map or Properties; a value that makes no sense is a SettingException. */
    public MillraceAdmin(Map<?, ?> given) {
        var texts = new HashMap<String, String>();
        given.forEach((name, value) -> {
            if (value != null) {
                texts.put(String.valueOf(name), String.valueOf(value));
            }
        });
        texts.putIfAbsent(ClientSettings.CLIENT_ID.name(), "admin-" + COUNT.incrementAndGet());
        var settings = Settings.parse(AdminSettings.CATALOG, texts);
        settings.unknownNames().forEach(LOG::warn);
        client = ClusterClient.open(settings, false);
        var calls = new Calls(client, settings.get(AdminSettings.API_TIMEOUT_MS));
        topics = new TopicOperations(calls);
        configs = new ConfigOperations(calls);
        offsets = new OffsetOperations(calls);
        cluster = new ClusterOperations(calls);
        groups = new GroupOperations(calls, cluster);
        committed = new CommittedOffsets(calls);
        placement = new PlacementOperations(calls);
        logDirs = new LogDirOperations(calls);
    }

    @Override
    public CompletableFuture<Outcomes<String, CreatedTopic>> createTopics(Collection<NewTopic> newTopics,
            boolean isOnlyValidated) {
        return topics.create(newTopics, isOnlyValidated);
    }

    @Override
    public CompletableFuture<Outcomes<String, Uuid>> deleteTopics(Collection<String> names) {
        return topics.delete(names);
    }

    @Override
    public CompletableFuture<List<TopicListing>> listTopics() {
        return topics.list();
    }

    @Override
    public CompletableFuture<Outcomes<String, TopicDescription>> describeTopics(Collection<String> names,
            int partitionsPerPage) {
        return topics.describe(names, partitionsPerPage);
    }

    @Override
    public CompletableFuture<Outcomes<String, Integer>> createPartitions(Map<String, NewPartitions> counts) {
        return topics.createPartitions(counts, false);
    }

    @Override
    public CompletableFuture<Outcomes<ConfigResource, List<ConfigEntry>>> describeConfigs(
            Collection<ConfigResource> resources) {
        return configs.describe(resources, false);
    }

    @Override
    public CompletableFuture<Outcomes<ConfigResource, Void>> incrementalAlterConfigs(
            Map<ConfigResource, List<ConfigChange>> changes, boolean isOnlyValidated) {
        return configs.alter(changes, isOnlyValidated);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, ListedOffset>> listOffsets(
            Map<TopicPartition, OffsetSpec> specs, boolean isReadCommitted) {
        return offsets.list(specs, isReadCommitted);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, Long>> deleteRecords(Map<TopicPartition, Long> before) {
        return offsets.deleteRecords(before);
    }

    @Override
    public CompletableFuture<List<GroupListing>> listGroups(Collection<String> states,
            Collection<String> types) {
        return groups.list(states, types);
    }

    @Override
    public CompletableFuture<Outcomes<String, GroupDescription>> describeConsumerGroups(
            Collection<String> groupIds) {
        return groups.describe(groupIds);
    }

    @Override
    public CompletableFuture<Outcomes<String, SortedMap<TopicPartition, CommittedOffset>>> listConsumerGroupOffsets(
            Collection<String> groupIds) {
        return committed.list(groupIds);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, Void>> alterConsumerGroupOffsets(String groupId,
            Map<TopicPartition, CommittedOffset> newOffsets) {
        return committed.alter(groupId, newOffsets);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, Void>> deleteConsumerGroupOffsets(String groupId,
            Collection<TopicPartition> partitions) {
        return committed.delete(groupId, partitions);
    }

    @Override
    public CompletableFuture<Outcomes<String, Void>> deleteConsumerGroups(Collection<String> groupIds) {
        return groups.delete(groupIds);
    }

    @Override
    public CompletableFuture<Outcomes<String, Void>> removeMembersFromConsumerGroup(String groupId,
            Collection<String> instanceIds, String reason) {
        return instanceIds.isEmpty() ? groups.removeAllMembers(groupId, reason)
                : groups.removeMembers(groupId, instanceIds, reason);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, Void>> electLeaders(ElectionType type,
            Collection<TopicPartition> partitions) {
        return placement.elect(type, partitions);
    }

    @Override
    public CompletableFuture<Outcomes<TopicPartition, Void>> alterPartitionReassignments(
            Map<TopicPartition, List<Integer>> targets, boolean mayChangeReplicationFactor) {
        return placement.reassign(targets, mayChangeReplicationFactor);
    }

    @Override
    public CompletableFuture<SortedMap<TopicPartition, Reassignment>> listPartitionReassignments(
            Collection<TopicPartition> partitions) {
        return placement.reassignments(partitions);
    }

    @Override
    public CompletableFuture<Outcomes<Integer, List<LogDirDescription>>> describeLogDirs(
            Collection<Integer> brokerIds) {
        return logDirs.describe(brokerIds);
    }

    @Override
    public CompletableFuture<Outcomes<ReplicaPlace, Void>> alterReplicaLogDirs(
            Map<ReplicaPlace, String> paths) {
        return logDirs.move(paths);
    }

    @Override
    public CompletableFuture<ClusterDescription> describeCluster(boolean includesFenced) {
        return cluster.describe(includesFenced);
    }

    @Override
    public CompletableFuture<BrokerVersions> describeVersions(int brokerId) {
        return cluster.versions(brokerId);
    }

    @Override
    public CompletableFuture<Void> unregisterBroker(int brokerId) {
        return cluster.unregister(brokerId);
    }

    @Override
    public void close() {
        client.close();
    }
}
