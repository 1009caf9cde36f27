package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** Partitions of topics in pages, with eligible leader replicas (KIP-966). */
@Api(ApiKey.DESCRIBE_TOPIC_PARTITIONS)
public interface DescribeTopicPartitions {

    record Request(
            List<Topic> topics,
            @Default("2000") int responsePartitionLimit,
            @Nullable @Default("null") Cursor cursor) implements ApiRequest<Response> {

        public record Topic(String name) {}

        public record Cursor(String topicName, int partitionIndex) {}
    }

    record Response(
            int throttleTimeMs,
            List<Topic> topics,
            @Nullable @Default("null") Cursor nextCursor) implements ApiMessage {

        public record Topic(
                ErrorCode errorCode,
                @Nullable String name,
                Uuid topicId,
                boolean isInternal,
                List<Partition> partitions,
                @Default("-2147483648") int topicAuthorizedOperations) {}

        public record Cursor(String topicName, int partitionIndex) {}

        public record Partition(
                ErrorCode errorCode,
                int partitionIndex,
                int leaderId,
                @Default("-1") int leaderEpoch,
                List<Integer> replicaNodes,
                List<Integer> isrNodes,
                @Nullable @Default("null") List<Integer> eligibleLeaderReplicas,
                @Nullable @Default("null") List<Integer> lastKnownElr,
                List<Integer> offlineReplicas) {}
    }
}
