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

/**
 * Commits consumer offsets of a group. Generation -1 with an empty member id commits from outside the group; a
 * retention of -1 is the broker's. Topics come by name up to version 9, by id from 10 on.
 */
@Api(ApiKey.OFFSET_COMMIT)
public interface OffsetCommit {

    record Request(
            String groupId,
            @Default("-1") int generationIdOrMemberEpoch,
            String memberId,
            @Since(7) @Nullable @Default("null") String groupInstanceId,
            @Until(4) @Ignorable @Default("-1") long retentionTimeMs,
            List<Topic> topics) implements ApiRequest<Response> {

        public record Topic(
                @Until(9) @Ignorable String name,
                @Since(10) @Ignorable Uuid topicId,
                List<Partition> partitions) {}

        public record Partition(
                int partitionIndex,
                long committedOffset,
                @Since(6) @Ignorable @Default("-1") int committedLeaderEpoch,
                @Nullable String committedMetadata) {}
    }

    record Response(
            @Since(3) @Ignorable int throttleTimeMs,
            List<Topic> topics) implements ApiMessage {

        public record Topic(
                @Until(9) @Ignorable String name,
                @Since(10) @Ignorable Uuid topicId,
                List<Partition> partitions) {}

        public record Partition(int partitionIndex, ErrorCode errorCode) {}
    }
}
