package io.millrace.admin.group;

import io.millrace.protocol.cluster.Node;
import java.util.List;

/** A group: its state as the protocol names it, the assignor that it has agreed on, its coordinator and members. */
public record GroupDescription(String groupId, String protocolType, String assignor, String state,
        Node coordinator,
        List<GroupMember> members) {
    /** The state of a group that does not exist. */
    public static final String DEAD = "Dead";
    /** The state of a group that has offsets, but no members. */
    public static final String EMPTY = "Empty";

    public boolean isEmpty() {
        return state.equals(EMPTY) || state.equals(DEAD);
    }
}
