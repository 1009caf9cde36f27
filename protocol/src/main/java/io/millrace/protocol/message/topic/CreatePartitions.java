package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Raises the partition count of topics. */
@Api(ApiKey.CREATE_PARTITIONS)
public interface CreatePartitions {

    record Request(
            List<Topic> topics,
            int timeoutMs,
            boolean validateOnly) implements ApiRequest<Response> {

        public record Topic(
                String name,
                int count,
                @Nullable List<Assignment> assignments) {}

        public record Assignment(List<Integer> brokerIds) {}
    }

    record Response(int throttleTimeMs, List<TopicResult> results) implements ApiMessage {

        public record TopicResult(
                String name,
                ErrorCode errorCode,
                @Nullable @Default("null") String errorMessage) {}
    }
}
