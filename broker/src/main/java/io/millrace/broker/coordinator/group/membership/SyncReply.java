package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.function.Consumer;

/** The answer that a SyncGroup request waits for. */
public final class SyncReply {
    private final Consumer<SyncGroup.Response> target;

    public SyncReply(Consumer<SyncGroup.Response> target) {
        this.target = target;
    }

    public void refuse(ErrorCode error) {
        target.accept(new SyncGroup.Response(0, error, null, null, Bytes.EMPTY));
    }

    void assign(ClassicGroup group, Member member) {
        target.accept(new SyncGroup.Response(0, ErrorCode.NONE, group.protocolType(), group.protocolName(),
                member.assignment()));
    }
}
