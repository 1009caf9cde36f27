package io.millrace.broker.server;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ControllerApi;
import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.fetcher.ReplicationThrottle;
import io.millrace.broker.partition.move.ReplicaMoves;
import io.millrace.broker.request.ControllerHandler;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Router;
import io.millrace.broker.request.cluster.ApiVersionsHandler;
import io.millrace.broker.request.cluster.DescribeClusterHandler;
import io.millrace.broker.request.cluster.EnvelopeHandler;
import io.millrace.broker.request.cluster.MetadataHandler;
import io.millrace.broker.request.config.DescribeConfigsHandler;
import io.millrace.broker.request.data.FetchHandler;
import io.millrace.broker.request.data.FetchSessions;
import io.millrace.broker.request.data.LeaderHints;
import io.millrace.broker.request.data.ListOffsetsHandler;
import io.millrace.broker.request.data.NearestReplica;
import io.millrace.broker.request.data.OffsetForLeaderEpochHandler;
import io.millrace.broker.request.data.PartitionReader;
import io.millrace.broker.request.data.ProduceHandler;
import io.millrace.broker.request.data.TopicLookup;
import io.millrace.broker.request.group.DeleteGroupsHandler;
import io.millrace.broker.request.group.DescribeGroupsHandler;
import io.millrace.broker.request.group.FindCoordinatorHandler;
import io.millrace.broker.request.group.HeartbeatHandler;
import io.millrace.broker.request.group.JoinGroupHandler;
import io.millrace.broker.request.group.LeaveGroupHandler;
import io.millrace.broker.request.group.ListGroupsHandler;
import io.millrace.broker.request.group.OffsetCommitHandler;
import io.millrace.broker.request.group.OffsetDeleteHandler;
import io.millrace.broker.request.group.OffsetFetchHandler;
import io.millrace.broker.request.group.SyncGroupHandler;
import io.millrace.broker.request.topic.AlterReplicaLogDirsHandler;
import io.millrace.broker.request.topic.DeleteRecordsHandler;
import io.millrace.broker.request.topic.DescribeLogDirsHandler;
import io.millrace.broker.request.topic.DescribeTopicPartitionsHandler;
import io.millrace.broker.request.topic.ListPartitionReassignmentsHandler;
import io.millrace.broker.request.transaction.InitProducerIdHandler;
import io.millrace.broker.request.transaction.ProducerIds;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.server.socket.Listeners;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.message.cluster.Envelope;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.cluster.UnregisterBroker;
import io.millrace.protocol.message.config.DescribeConfigs;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.AlterReplicaLogDirs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteRecords;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.message.topic.DescribeLogDirs;
import io.millrace.protocol.message.topic.DescribeTopicPartitions;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.message.topic.ListPartitionReassignments;
import io.millrace.protocol.message.transaction.InitProducerId;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiKey;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Executor;

/** Puts a handler behind every API that this broker answers. */
final class Requests {
    private final Settings settings;
    private final ClusterLink cluster;
    private final Controller controller;
    private final PartitionTable partitions;
    private final GroupCoordinators groups;
    private final NodeAddresses addresses;
    private final String interBrokerListener;
    private final Router router = new Router();

    /** What the handlers work with. */
    record Parts(
            Settings settings,
            ClusterLink cluster,
            Controller controller,
            PartitionTable partitions,
            GroupCoordinators groups,
            InstantSource clock) {}

    private Requests(Parts parts) {
        settings = parts.settings;
        cluster = parts.cluster;
        controller = parts.controller;
        partitions = parts.partitions;
        groups = parts.groups;
        interBrokerListener = Listeners.interBroker(settings);
        addresses = new NodeAddresses(
                settings.get(BrokerSettings.BROKER_ID), Listeners.advertisedNames(settings));
    }

    /** What requests about disks are answered from, and where. */
    record Storage(List<LogDirectory> directories, ReplicaMoves moves, Executor threads) {}

    static Router router(Parts parts, Storage storage, Executor producerIdOwner) {
        var requests = new Requests(parts);
        requests.routeStorage(storage);
        requests.routeCluster();
        requests.routeController();
        requests.routeData(parts.clock);
        requests.routeTopics();
        requests.routeConfigs();
        requests.routeGroups();
        var ids = new ProducerIds(producerIdOwner, parts.controller);
        requests.router.on(InitProducerId.Request.class, InitProducerId.Response.class,
                new InitProducerIdHandler(ids));
        return requests.router;
    }

    /** What the clients of a listener are offered: brokers, what they pass on to their controller too. */
    private List<ApiKey> offered(String listener) {
        var keys = EnumSet.copyOf(router.apis());
        if (listener.equals(interBrokerListener)) {
            keys.addAll(ControllerApi.keys());
        } else {
            keys.remove(ApiKey.ENVELOPE);
        }
        return List.copyOf(keys);
    }

    private void routeStorage(Storage storage) {
        router.on(DescribeLogDirs.Request.class, DescribeLogDirs.Response.class, new DescribeLogDirsHandler(
                storage.directories, cluster::image, partitions, storage.threads));
        router.on(AlterReplicaLogDirs.Request.class, AlterReplicaLogDirs.Response.class,
                new AlterReplicaLogDirsHandler(storage.moves));
    }

    private void routeCluster() {
        router.onRaw(ApiKey.API_VERSIONS, new ApiVersionsHandler(
                this::offered, cluster::clusterId, settings.get(BrokerSettings.BROKER_ID)));
        router.on(Metadata.Request.class, Metadata.Response.class, new MetadataHandler(cluster::image,
                controller, addresses, settings.get(BrokerSettings.AUTO_CREATE_TOPICS)));
        router.on(DescribeCluster.Request.class, DescribeCluster.Response.class,
                new DescribeClusterHandler(cluster::image, addresses));
        router.on(Envelope.Request.class, Envelope.Response.class,
                new EnvelopeHandler(cluster.localController(), () -> cluster.image().version(),
                        interBrokerListener));
    }

    private void routeController() {
        toController(CreateTopics.Request.class, CreateTopics.Response.class);
        toController(DeleteTopics.Request.class, DeleteTopics.Response.class);
        toController(CreatePartitions.Request.class, CreatePartitions.Response.class);
        toController(ElectLeaders.Request.class, ElectLeaders.Response.class);
        toController(AlterPartitionReassignments.Request.class, AlterPartitionReassignments.Response.class);
        toController(IncrementalAlterConfigs.Request.class, IncrementalAlterConfigs.Response.class);
        toController(UnregisterBroker.Request.class, UnregisterBroker.Response.class);
    }

    private <Q extends ApiRequest<R>, R extends ApiMessage> void toController(Class<Q> request,
            Class<R> response) {
        router.on(request, response, new ControllerHandler<>(controller));
    }

    private void routeData(InstantSource clock) {
        var topics = new TopicLookup(cluster::image);
        var hints = new LeaderHints(cluster::image);
        var sessions = new FetchSessions(settings.get(BrokerSettings.FETCH_SESSIONS), clock);
        router.onRaw(ApiKey.PRODUCE, new ProduceHandler(partitions, topics, hints));
        var nearest = new NearestReplica(cluster::image, settings.get(BrokerSettings.REPLICA_SELECTOR));
        router.onRaw(ApiKey.FETCH, new FetchHandler(new PartitionReader(partitions, topics, hints, nearest,
                new ReplicationThrottle(settings.get(BrokerSettings.BROKER_ID), settings, cluster::image,
                        System::nanoTime)),
                hints, sessions, settings.get(BrokerSettings.FETCH_MAX_BYTES)));
        router.on(ListOffsets.Request.class, ListOffsets.Response.class,
                new ListOffsetsHandler(partitions, topics));
        router.on(OffsetForLeaderEpoch.Request.class, OffsetForLeaderEpoch.Response.class,
                new OffsetForLeaderEpochHandler(partitions, topics));
    }

    private void routeTopics() {
        router.on(DeleteRecords.Request.class, DeleteRecords.Response.class,
                new DeleteRecordsHandler(cluster::image, partitions));
        router.on(DescribeTopicPartitions.Request.class, DescribeTopicPartitions.Response.class,
                new DescribeTopicPartitionsHandler(cluster::image, addresses,
                        settings.get(BrokerSettings.MAX_DESCRIBED_PARTITIONS)));
        router.on(ListPartitionReassignments.Request.class, ListPartitionReassignments.Response.class,
                new ListPartitionReassignmentsHandler(cluster::image));
    }

    private void routeConfigs() {
        router.on(DescribeConfigs.Request.class, DescribeConfigs.Response.class, new DescribeConfigsHandler(
                cluster::image, settings.get(BrokerSettings.BROKER_ID), settings));
    }

    private void routeGroups() {
        router.on(FindCoordinator.Request.class, FindCoordinator.Response.class,
                new FindCoordinatorHandler(cluster::image, addresses, controller));
        router.on(JoinGroup.Request.class, JoinGroup.Response.class, new JoinGroupHandler(groups));
        router.on(SyncGroup.Request.class, SyncGroup.Response.class, new SyncGroupHandler(groups));
        router.on(Heartbeat.Request.class, Heartbeat.Response.class, new HeartbeatHandler(groups));
        router.on(LeaveGroup.Request.class, LeaveGroup.Response.class, new LeaveGroupHandler(groups));
        router.on(OffsetCommit.Request.class, OffsetCommit.Response.class, new OffsetCommitHandler(groups));
        router.on(OffsetFetch.Request.class, OffsetFetch.Response.class, new OffsetFetchHandler(groups));
        router.on(DescribeGroups.Request.class, DescribeGroups.Response.class,
                new DescribeGroupsHandler(groups));
        router.on(ListGroups.Request.class, ListGroups.Response.class, new ListGroupsHandler(groups));
        router.on(DeleteGroups.Request.class, DeleteGroups.Response.class, new DeleteGroupsHandler(groups));
        router.on(OffsetDelete.Request.class, OffsetDelete.Response.class, new OffsetDeleteHandler(groups));
    }
}
