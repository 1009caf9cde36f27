package io.millrace.protocol.message.data;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * Offsets by timestamp, or by a position in its place: -1 latest, -2 earliest, -3 the largest timestamp (version 7),
 * -4 earliest local (8), -5 latest tiered (9), -6 earliest not yet tiered (11). The answer to none found is -1.
 */
@Api(ApiKey.LIST_OFFSETS)
public interface ListOffsets {

    record Request(
            int replicaId,
            @Since(2) byte isolationLevel,
            List<Topic> topics,
            @Since(10) @Ignorable int timeoutMs) implements ApiRequest<Response> {

        public record Topic(String name, List<Partition> partitions) {}

        public record Partition(
                int partitionIndex,
                @Since(4) @Ignorable @Default("-1") int currentLeaderEpoch,
                long timestamp) {}
    }

    record Response(
            @Since(2) @Ignorable int throttleTimeMs,
            List<Topic> topics) implements ApiMessage {

        public record Topic(String name, List<Partition> partitions) {}

        public record Partition(
                int partitionIndex,
                ErrorCode errorCode,
                @Default("-1") long timestamp,
                @Default("-1") long offset,
                @Since(4) @Default("-1") int leaderEpoch) {}
    }
}
