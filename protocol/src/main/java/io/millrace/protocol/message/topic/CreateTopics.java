package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Tagged;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * Creates topics with a partition count or a manual replica assignment, and configs. Count and replication factor
 * are -1 for the broker's default (version 4) or with an assignment.
 */
@Api(ApiKey.CREATE_TOPICS)
public interface CreateTopics {

    record Request(
            List<CreatableTopic> topics,
            @Default("60000") int timeoutMs,
            boolean validateOnly) implements ApiRequest<Response> {

        public record CreatableTopic(
                String name,
                int numPartitions,
                short replicationFactor,
                List<CreatableReplicaAssignment> assignments,
                List<CreatableTopicConfig> configs) {}

        public record CreatableReplicaAssignment(
                int partitionIndex,
                List<Integer> brokerIds) {}

        public record CreatableTopicConfig(
                String name,
                @Nullable String value) {}
    }

    record Response(
            int throttleTimeMs,
            List<CreatableTopicResult> topics) implements ApiMessage {

        public record CreatableTopicResult(
                String name,
                @Since(7) @Ignorable Uuid topicId,
                ErrorCode errorCode,
                @Nullable String errorMessage,
                @Since(5) @Tagged(0) @Ignorable ErrorCode topicConfigErrorCode,
                @Since(5) @Ignorable @Default("-1") int numPartitions,
                @Since(5) @Ignorable @Default("-1") short replicationFactor,
                @Since(5) @Nullable @Ignorable List<CreatableTopicConfigs> configs) {}

        public record CreatableTopicConfigs(
                String name,
                @Nullable String value,
                boolean readOnly,
                @Default("-1") byte configSource,
                boolean isSensitive) {}
    }
}
