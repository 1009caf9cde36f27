package io.millrace.broker.controller;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.controller.replica.BrokerChange;
import io.millrace.broker.controller.replica.BrokerRemoval;
import io.millrace.broker.controller.replica.EligibilityReset;
import io.millrace.broker.controller.replica.IsrChange;
import io.millrace.broker.controller.replica.LeaderElections;
import io.millrace.broker.controller.replica.LostReplicas;
import io.millrace.broker.controller.replica.Reassignments;
import io.millrace.broker.controller.topic.ConfigChange;
import io.millrace.broker.controller.topic.PartitionGrowth;
import io.millrace.broker.controller.topic.TopicCreation;
import io.millrace.broker.controller.topic.TopicDeletion;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.cluster.UnregisterBroker;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.AssignReplicasToDirs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.message.transaction.AllocateProducerIds;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * An API that only the controller answers: how it decides, how a request is refused as a whole, and how long its sender
 * waits. The table of them is complete and immutable.
 */
public record ControllerApi<Q extends ApiRequest<R>, R extends ApiMessage>(
        ApiKey key,
        Class<Q> requestType,
        Class<R> responseType,
        BiFunction<DecisionContext, Q, Decision<R>> decide,
        BiFunction<Q, ApiException, R> refuse,
        ToIntFunction<Q> timeoutMs) {

    private static final int BROKERS_WAIT_MS = 10_000;
    private static final int CLIENTS_WAIT_MS = 30_000;
    private static final Map<ApiKey, ControllerApi<?, ?>> TABLE = new EnumMap<>(ApiKey.class);

    static {
        put(new ControllerApi<>(ApiKey.CREATE_TOPICS, CreateTopics.Request.class, CreateTopics.Response.class,
                TopicCreation::decide, TopicCreation::refused, CreateTopics.Request::timeoutMs));
        put(new ControllerApi<>(ApiKey.DELETE_TOPICS, DeleteTopics.Request.class, DeleteTopics.Response.class,
                TopicDeletion::decide, TopicDeletion::refused, DeleteTopics.Request::timeoutMs));
        put(new ControllerApi<>(ApiKey.CREATE_PARTITIONS, CreatePartitions.Request.class,
                CreatePartitions.Response.class,
                PartitionGrowth::decide, PartitionGrowth::refused, CreatePartitions.Request::timeoutMs));
        put(new ControllerApi<>(ApiKey.INCREMENTAL_ALTER_CONFIGS, IncrementalAlterConfigs.Request.class,
                IncrementalAlterConfigs.Response.class, ControllerApi::changeConfigs, ConfigChange::refused,
                request -> CLIENTS_WAIT_MS));
        put(new ControllerApi<>(ApiKey.ELECT_LEADERS, ElectLeaders.Request.class, ElectLeaders.Response.class,
                LeaderElections::decide, LeaderElections::refused, ElectLeaders.Request::timeoutMs));
        put(new ControllerApi<>(ApiKey.ALTER_PARTITION_REASSIGNMENTS,
                AlterPartitionReassignments.Request.class,
                AlterPartitionReassignments.Response.class, Reassignments::decide, Reassignments::refused,
                AlterPartitionReassignments.Request::timeoutMs));
        put(new ControllerApi<>(ApiKey.UNREGISTER_BROKER, UnregisterBroker.Request.class,
                UnregisterBroker.Response.class, BrokerRemoval::decide, BrokerRemoval::refused,
                request -> CLIENTS_WAIT_MS));
        put(new ControllerApi<>(ApiKey.ALTER_PARTITION, AlterPartition.Request.class,
                AlterPartition.Response.class,
                IsrChange::decide, (request, refusal) -> IsrChange.refused(refusal.errorCode()),
                request -> BROKERS_WAIT_MS));
        put(new ControllerApi<>(ApiKey.ASSIGN_REPLICAS_TO_DIRS, AssignReplicasToDirs.Request.class,
                AssignReplicasToDirs.Response.class,
                LostReplicas::decide, (request, refusal) -> LostReplicas.refused(refusal.errorCode()),
                request -> BROKERS_WAIT_MS));
        put(new ControllerApi<>(ApiKey.ALLOCATE_PRODUCER_IDS, AllocateProducerIds.Request.class,
                AllocateProducerIds.Response.class,
                ProducerIds::decide, (request, refusal) -> ProducerIds.refused(refusal.errorCode()),
                request -> BROKERS_WAIT_MS));
        put(new ControllerApi<>(ApiKey.REPORT_UNREACHABLE, ReportUnreachable.Request.class,
                ReportUnreachable.Response.class, BrokerChange::decide,
                (request, refusal) -> new ReportUnreachable.Response(refusal.errorCode()),
                request -> BROKERS_WAIT_MS));
    }

    private static void put(ControllerApi<?, ?> api) {
        TABLE.put(api.key, api);
    }

    private static Decision<IncrementalAlterConfigs.Response> changeConfigs(
            DecisionContext context, IncrementalAlterConfigs.Request request) {
        var decision = ConfigChange.decide(context, request);
        var records = new ArrayList<MetadataRecord>(decision.records());
        records.addAll(EligibilityReset.after(context, decision.records()));
        records.addAll(LeaderElections.leaderless(context.after(records)));
        return new Decision<>(records, decision.response());
    }

    /** The keys of all of them. */
    public static Set<ApiKey> keys() {
        return Collections.unmodifiableSet(TABLE.keySet());
    }

    /** Null for an API that any broker answers. */
    public static ControllerApi<?, ?> of(ApiKey key) {
        return TABLE.get(key);
    }

    @SuppressWarnings("unchecked") // the table's entry for a request's API has that very request type
    public static <R extends ApiMessage> ControllerApi<ApiRequest<R>, R> of(ApiRequest<R> request) {
        var key = request.getClass().getEnclosingClass().getAnnotation(Api.class).value();
        return (ControllerApi<ApiRequest<R>, R>) TABLE.get(key);
    }
}
