package io.millrace.protocol.message.cluster;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * Brokers, the controller, and topics with their partition leaders; may create a missing topic. Null topics, or none
 * in version 0, ask for all. Authorized operations are bits by operation code; the lowest int means not asked for.
 */
@Api(ApiKey.METADATA)
public interface Metadata {

    record Request(
            @Nullable(1) List<Topic> topics,
            @Since(4) @Default("true") boolean allowAutoTopicCreation,
            @Since(8) @Until(10) boolean includeClusterAuthorizedOperations,
            @Since(8) boolean includeTopicAuthorizedOperations) implements ApiRequest<Response> {

        public record Topic(
                @Since(10) @Ignorable Uuid topicId,
                @Nullable(10) String name) {}
    }

    record Response(
            @Since(3) @Ignorable int throttleTimeMs,
            List<Broker> brokers,
            @Since(2) @Nullable @Ignorable @Default("null") String clusterId,
            @Since(1) @Ignorable @Default("-1") int controllerId,
            List<Topic> topics,
            @Since(8) @Until(10) @Default("-2147483648") int clusterAuthorizedOperations,
            @Since(13) @Ignorable ErrorCode errorCode) implements ApiMessage {

        public record Broker(
                int nodeId,
                String host,
                int port,
                @Since(1) @Nullable @Ignorable @Default("null") String rack) {}

        public record Topic(
                ErrorCode errorCode,
                @Nullable(12) String name,
                @Since(10) @Ignorable Uuid topicId,
                @Since(1) @Ignorable boolean isInternal,
                List<Partition> partitions,
                @Since(8) @Default("-2147483648") int topicAuthorizedOperations) {}

        public record Partition(
                ErrorCode errorCode,
                int partitionIndex,
                int leaderId,
                @Since(7) @Ignorable @Default("-1") int leaderEpoch,
                List<Integer> replicaNodes,
                List<Integer> isrNodes,
                @Since(5) @Ignorable List<Integer> offlineReplicas) {}
    }
}
