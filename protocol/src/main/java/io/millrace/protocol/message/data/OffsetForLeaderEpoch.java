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
 * Where the largest epoch up to the asked one ends in the leader's log: whoever has more of that epoch holds records
 * that were cut off (KIP-101, KIP-320). An epoch that the leader does not know yet is answered with -1, -1.
 */
@Api(ApiKey.OFFSET_FOR_LEADER_EPOCH)
public interface OffsetForLeaderEpoch {

    record Request(
            @Since(3) @Ignorable @Default("-2") int replicaId,
            List<Topic> topics) implements ApiRequest<Response> {

        public record Topic(String topic, List<Partition> partitions) {}

        public record Partition(
                int partition,
                @Ignorable @Default("-1") int currentLeaderEpoch,
                int leaderEpoch) {}
    }

    record Response(
            @Ignorable int throttleTimeMs,
            List<Topic> topics) implements ApiMessage {

        public record Topic(String topic, List<EndOffset> partitions) {}

        public record EndOffset(
                ErrorCode errorCode,
                int partition,
                @Ignorable @Default("-1") int leaderEpoch,
                @Default("-1") long endOffset) {}
    }
}
