package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Moves partitions to other brokers, or cancels such a move: null replicas (KIP-455). */
@Api(ApiKey.ALTER_PARTITION_REASSIGNMENTS)
public interface AlterPartitionReassignments {

    record Request(
            @Default("60000") int timeoutMs,
            @Since(1) @Default("true") boolean allowReplicationFactorChange,
            List<ReassignableTopic> topics) implements ApiRequest<Response> {

        public record ReassignableTopic(
                String name,
                List<ReassignablePartition> partitions) {}

        public record ReassignablePartition(
                int partitionIndex,
                @Nullable @Default("null") List<Integer> replicas) {}
    }

    record Response(
            int throttleTimeMs,
            @Since(1) @Ignorable @Default("true") boolean allowReplicationFactorChange,
            ErrorCode errorCode,
            @Nullable String errorMessage,
            List<ReassignableTopicResponse> responses) implements ApiMessage {

        public record ReassignableTopicResponse(
                String name,
                List<ReassignablePartitionResponse> partitions) {}

        public record ReassignablePartitionResponse(
                int partitionIndex,
                ErrorCode errorCode,
                @Nullable String errorMessage) {}
    }
}
