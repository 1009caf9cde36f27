package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Deletes committed offsets of a group (KIP-496). */
@Api(ApiKey.OFFSET_DELETE)
public interface OffsetDelete {

    record Request(String groupId, List<Topic> topics) implements ApiRequest<Response> {

        public record Topic(String name, List<Partition> partitions) {}

        public record Partition(int partitionIndex) {}
    }

    record Response(
            ErrorCode errorCode,
            int throttleTimeMs,
            List<Topic> topics) implements ApiMessage {

        public record Topic(String name, List<Partition> partitions) {}

        public record Partition(int partitionIndex, ErrorCode errorCode) {}
    }
}
