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
import java.util.List;

/** Removes members from a classic group. */
@Api(ApiKey.LEAVE_GROUP)
public interface LeaveGroup {

    record Request(
            String groupId,
            @Until(2) String memberId,
            @Since(3) List<MemberIdentity> members) implements ApiRequest<Response> {

        public record MemberIdentity(
                String memberId,
                @Nullable @Default("null") String groupInstanceId,
                @Since(5) @Nullable @Ignorable @Default("null") String reason) {}
    }

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            ErrorCode errorCode,
            @Since(3) List<Member> members) implements ApiMessage {

        public record Member(
                String memberId,
                @Nullable String groupInstanceId,
                ErrorCode errorCode) {}
    }
}
