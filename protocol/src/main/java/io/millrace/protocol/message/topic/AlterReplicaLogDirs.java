package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Moves replicas of the broker that is asked to other log directories of its own (KIP-113). */
@Api(ApiKey.ALTER_REPLICA_LOG_DIRS)
public interface AlterReplicaLogDirs {

    record Request(List<Dir> dirs) implements ApiRequest<Response> {

        /** A log directory, and what is to lie in it. */
        public record Dir(String path, List<Topic> topics) {}

        public record Topic(String name, List<Integer> partitions) {}
    }

    record Response(int throttleTimeMs, List<TopicResult> results) implements ApiMessage {

        public record TopicResult(String topicName, List<PartitionResult> partitions) {}

        public record PartitionResult(int partitionIndex, ErrorCode errorCode) {}
    }
}
