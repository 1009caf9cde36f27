package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Elects preferred leaders (type 0) or, where nobody in sync lives, any replica (type 1); KIP-460. */
@Api(ApiKey.ELECT_LEADERS)
public interface ElectLeaders {

    record Request(
            @Since(1) byte electionType,
            @Nullable List<TopicPartitions> topicPartitions,
            @Default("60000") int timeoutMs) implements ApiRequest<Response> {

        public record TopicPartitions(
                String topic,
                List<Integer> partitions) {}
    }

    record Response(
            int throttleTimeMs,
            @Since(1) ErrorCode errorCode,
            List<ReplicaElectionResult> replicaElectionResults) implements ApiMessage {

        public record ReplicaElectionResult(
                String topic,
                List<PartitionResult> partitionResult) {}

        public record PartitionResult(
                int partitionId,
                ErrorCode errorCode,
                @Nullable String errorMessage) {}
    }
}
