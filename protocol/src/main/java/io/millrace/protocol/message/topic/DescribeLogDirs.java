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

/** What lies in the log directories of the broker that is asked, and how much room they have (KIP-113, KIP-827). */
@Api(ApiKey.DESCRIBE_LOG_DIRS)
public interface DescribeLogDirs {

    /** Null asks for all topics. */
    record Request(@Nullable List<Topic> topics) implements ApiRequest<Response> {

        public record Topic(String topic, List<Integer> partitions) {}
    }

    record Response(
            int throttleTimeMs,
            @Since(3) @Ignorable ErrorCode errorCode,
            List<Result> results)
            implements
                ApiMessage {

        /** One directory; sizes in bytes, of its whole volume. */
        public record Result(
                ErrorCode errorCode,
                String logDir,
                List<Topic> topics,
                @Since(4) @Ignorable @Default("-1") long totalBytes,
                @Since(4) @Ignorable @Default("-1") long usableBytes,
                @Since(5) @Ignorable boolean isCordoned) {}

        public record Topic(String name, List<Partition> partitions) {}

        /** The lag is what of the log is not committed yet. */
        public record Partition(
                int partitionIndex,
                long partitionSize,
                long offsetLag,
                boolean isFutureKey) {}
    }
}
