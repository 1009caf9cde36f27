package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** The partitions that are moving; null topics ask for all (KIP-455). */
@Api(ApiKey.LIST_PARTITION_REASSIGNMENTS)
public interface ListPartitionReassignments {

    record Request(
            @Default("60000") int timeoutMs,
            @Nullable @Default("null") List<ListPartitionReassignmentsTopics> topics)
            implements
                ApiRequest<Response> {

        public record ListPartitionReassignmentsTopics(
                String name,
                List<Integer> partitionIndexes) {}
    }

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            @Nullable String errorMessage,
            List<OngoingTopicReassignment> topics) implements ApiMessage {

        public record OngoingTopicReassignment(
                String name,
                List<OngoingPartitionReassignment> partitions) {}

        public record OngoingPartitionReassignment(
                int partitionIndex,
                List<Integer> replicas,
                List<Integer> addingReplicas,
                List<Integer> removingReplicas) {}
    }
}
