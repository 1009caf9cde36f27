package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.function.Consumer;

/** The answer that a JoinGroup request waits for, in the shape of the request's version. */
public final class JoinReply {
    private static final int NO_GENERATION = -1;
    private static final int FIRST_VERSION_WITH_MEMBER_ID_REQUIRED = 4;
    private static final int FIRST_VERSION_WITH_NULL_PROTOCOL = 7;
    private static final int FIRST_VERSION_WITH_SKIP_ASSIGNMENT = 9;

    private final int version;
    private final Consumer<JoinGroup.Response> target;

    public JoinReply(int version, Consumer<JoinGroup.Response> target) {
        this.version = version;
        this.target = target;
    }

    boolean requiresKnownMemberId() {
        return version >= FIRST_VERSION_WITH_MEMBER_ID_REQUIRED;
    }

    boolean supportsSkippingAssignment() {
        return version >= FIRST_VERSION_WITH_SKIP_ASSIGNMENT;
    }

    /** Refuses the request; the member id is what the client shall go on with, empty for none. */
    public void refuse(ErrorCode error, String memberId) {
        var noProtocol = version >= FIRST_VERSION_WITH_NULL_PROTOCOL ? null : "";
        target.accept(new JoinGroup.Response(0, error, NO_GENERATION, null, noProtocol, "", false, memberId,
                List.of()));
    }

    /** The member is in the group's current generation; its leader is told who else is. */
    void accept(ClassicGroup group, Member member) {
        var members = group.isLeader(member) ? group.describeForLeader()
                : List.<JoinGroup.Response.Member>of();
        accept(group, member, group.leaderId(), members, false);
    }

    /** The member took over from another with its instance id, and the generation and its assignments go on. */
    void acceptReplacement(ClassicGroup group, Member member, String leaderBefore) {
        boolean skips = supportsSkippingAssignment() && group.isLeader(member);
        var leader = supportsSkippingAssignment() ? group.leaderId() : leaderBefore;
        var members = skips ? group.describeForLeader() : List.<JoinGroup.Response.Member>of();
        accept(group, member, leader, members, skips);
    }

    private void accept(ClassicGroup group, Member member, String leader,
            List<JoinGroup.Response.Member> members, boolean skipsAssignment) {
        target.accept(new JoinGroup.Response(0, ErrorCode.NONE, group.generation(), group.protocolType(),
                group.protocolName(), leader, skipsAssignment, member.id(), members));
    }
}
