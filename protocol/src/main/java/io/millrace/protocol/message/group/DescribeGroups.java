package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Describes classic groups and their members. */
@Api(ApiKey.DESCRIBE_GROUPS)
public interface DescribeGroups {

    record Request(
            List<String> groups,
            @Since(3) boolean includeAuthorizedOperations) implements ApiRequest<Response> {}

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            List<DescribedGroup> groups) implements ApiMessage {

        public record DescribedGroup(
                ErrorCode errorCode,
                @Since(6) @Nullable @Default("null") String errorMessage,
                String groupId,
                String groupState,
                String protocolType,
                String protocolData,
                List<DescribedGroupMember> members,
                @Since(3) @Default("-2147483648") int authorizedOperations) {}

        public record DescribedGroupMember(
                String memberId,
                @Since(4) @Nullable @Ignorable @Default("null") String groupInstanceId,
                String clientId,
                String clientHost,
                Bytes memberMetadata,
                Bytes memberAssignment) {}
    }
}
