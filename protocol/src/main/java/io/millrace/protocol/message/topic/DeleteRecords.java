package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Moves the log start offset of partitions forward; offset -1 is the high watermark. */
@Api(ApiKey.DELETE_RECORDS)
public interface DeleteRecords {

    record Request(List<Topic> topics, int timeoutMs) implements ApiRequest<Response> {

        public record Topic(String name, List<Partition> partitions) {}

        public record Partition(int partitionIndex, long offset) {}
    }

    record Response(int throttleTimeMs, List<TopicResult> topics) implements ApiMessage {

        public record TopicResult(
                String name,
                List<PartitionResult> partitions) {}

        public record PartitionResult(
                int partitionIndex,
                long lowWatermark,
                ErrorCode errorCode) {}
    }
}
