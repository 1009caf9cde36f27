package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.Bytes;
import java.util.List;

/** A generation of a classic group with its members' assignments; no members if it became empty. Version 3 is written. */
@Schema(versions = "0-4", flexibleSince = 4)
public record GroupMetadataValue(
        String protocolType,
        int generation,
        @Nullable String protocol,
        @Nullable String leader,
        @Since(2) @Ignorable @Default("-1") long currentStateTimestamp,
        List<Member> members) {

    public record Member(
            String memberId,
            @Since(3) @Nullable @Ignorable @Default("null") String groupInstanceId,
            String clientId,
            String clientHost,
            @Since(1) @Ignorable @Default("-1") int rebalanceTimeout,
            int sessionTimeout,
            Bytes subscription,
            Bytes assignment) {}
}
