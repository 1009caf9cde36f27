package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** Reads the committed offsets of one group, or of several from version 8. */
@Api(ApiKey.OFFSET_FETCH)
public interface OffsetFetch {

    record Request(
            @Until(7) String groupId,
            @Until(7) @Nullable(2) List<Topic> topics,
            @Since(8) List<Group> groups,
            @Since(7) boolean requireStable) implements ApiRequest<Response> {

        public record Topic(String name, List<Integer> partitionIndexes) {}

        public record Group(
                String groupId,
                @Since(9) @Nullable @Ignorable @Default("null") String memberId,
                @Since(9) @Ignorable @Default("-1") int memberEpoch,
                @Nullable List<Topics> topics) {}

        public record Topics(
                @Until(9) @Ignorable String name,
                @Since(10) @Ignorable Uuid topicId,
                List<Integer> partitionIndexes) {}
    }

    record Response(
            @Since(3) @Ignorable int throttleTimeMs,
            @Until(7) List<Topic> topics,
            @Since(2) @Until(7) @Ignorable ErrorCode errorCode,
            @Since(8) List<Group> groups) implements ApiMessage {

        public record Topic(String name, List<Partition> partitions) {}

        public record Group(
                String groupId,
                List<Topics> topics,
                ErrorCode errorCode) {}

        public record Partition(
                int partitionIndex,
                long committedOffset,
                @Since(5) @Ignorable @Default("-1") int committedLeaderEpoch,
                @Nullable String metadata,
                ErrorCode errorCode) {}

        public record Topics(
                @Until(9) @Ignorable String name,
                @Since(10) @Ignorable Uuid topicId,
                List<Partitions> partitions) {}

        public record Partitions(
                int partitionIndex,
                long committedOffset,
                @Default("-1") int committedLeaderEpoch,
                @Nullable String metadata,
                ErrorCode errorCode) {}
    }
}
