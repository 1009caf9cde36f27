package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** A broker tells the controller in which of its log directories replicas lie (KIP-858), or that theirs is lost. */
@Api(ApiKey.ASSIGN_REPLICAS_TO_DIRS)
public interface AssignReplicasToDirs {
    /** Stands for a directory that can no longer be used. */
    Uuid LOST = new Uuid(0, 1);

    record Request(
            int brokerId,
            @Default("-1") long brokerEpoch,
            List<DirectoryData> directories) implements ApiRequest<Response> {

        public record DirectoryData(
                Uuid id,
                List<TopicData> topics) {}

        public record TopicData(
                Uuid topicId,
                List<PartitionData> partitions) {}

        public record PartitionData(int partitionIndex) {}
    }

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            List<DirectoryData> directories) implements ApiMessage {

        public record DirectoryData(
                Uuid id,
                List<TopicData> topics) {}

        public record TopicData(
                Uuid topicId,
                List<PartitionData> partitions) {}

        public record PartitionData(
                int partitionIndex,
                ErrorCode errorCode) {}
    }
}
