package io.millrace.broker.coordinator.group.membership;

import io.millrace.broker.coordinator.group.journal.GroupMetadataValue;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One classic group: state, generation, leader, members. It keeps itself consistent and decides nothing; when it moves
 * on is up to {@link Rebalancer}. Used by the owner of the group's partition alone.
 */
public final class ClassicGroup {
    private final String id;
    private final Roster roster = new Roster();
    private GroupState state = GroupState.EMPTY;
    private GroupState previousState = GroupState.DEAD;
    private long stateSinceMs;
    private int generation;
    private String protocolType;
    private String protocolName;
    private String leaderId;
    private Set<String> subscribedTopics;
    private boolean hasNewcomer;
    private boolean isSaved;
    private boolean isAssigning;
    private Timers.Alarm joinAlarm;
    private Timers.Alarm syncAlarm;

    public ClassicGroup(String id, long nowMs) {
        this.id = id;
        this.stateSinceMs = nowMs;
    }

    /** The group as a record describes it: Stable with its members, or Empty. Its members have no session yet. */
    public static ClassicGroup restore(String id, GroupMetadataValue saved) {
        var group = new ClassicGroup(id, saved.currentStateTimestamp());
        group.isSaved = true;
        group.generation = saved.generation();
        group.protocolType = saved.protocolType().isEmpty() ? null : saved.protocolType();
        group.protocolName = saved.protocol();
        group.state = saved.members().isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
        saved.members().forEach(member -> group.roster.add(restore(member, saved)));
        group.leaderId = group.roster.get(saved.leader()) != null ? saved.leader() : group.anyMemberId();
        group.readSubscriptions();
        return group;
    }

    private static Member restore(GroupMetadataValue.Member saved, GroupMetadataValue group) {
        var protocol = new JoinGroup.Request.Protocol(
                group.protocol() == null ? "" : group.protocol(), saved.subscription());
        int rebalanceTimeoutMs = saved.rebalanceTimeout() < 0 ? saved.sessionTimeout()
                : saved.rebalanceTimeout();
        var offer = new Member.Offer(saved.sessionTimeout(), rebalanceTimeoutMs, List.of(protocol));
        var member = new Member(saved.memberId(),
                new Member.Identity(saved.groupInstanceId(), saved.clientId(), saved.clientHost()), offer);
        member.setAssignment(saved.assignment());
        return member;
    }

    /** As it is written to the log, with these assignments; who is not among them gets an empty one. */
    GroupMetadataValue save(Map<String, Bytes> assignments) {
        var members = roster.members().stream().map(member -> new GroupMetadataValue.Member(member.id(),
                member.identity().groupInstanceId(), member.identity().clientId(),
                member.identity().clientHost(), member.rebalanceTimeoutMs(), member.sessionTimeoutMs(),
                member.metadata(protocolName), assignments.getOrDefault(member.id(), Bytes.EMPTY))).toList();
        return new GroupMetadataValue(protocolType == null ? "" : protocolType, generation, protocolName,
                leaderId, stateSinceMs, members);
    }

    // Members

    void add(Member member, String memberProtocolType) {
        if (roster.isEmpty()) {
            protocolType = memberProtocolType;
        }
        roster.add(member);
        if (leaderId == null) {
            leaderId = member.id();
        }
    }

    /** Takes a member out, or a pending one; what it waits for is answered with the error. */
    void remove(String memberId, ErrorCode error) {
        roster.removePending(memberId);
        roster.remove(memberId, error);
        if (memberId.equals(leaderId)) {
            leaderId = anyMemberId();
        }
    }

    /** Gives a static member a new id; whoever still uses the old one is fenced. */
    void replaceStatic(Member member, String newId) {
        boolean wasLeader = isLeader(member);
        roster.rename(member, newId);
        if (wasLeader) {
            leaderId = newId;
        }
    }

    private String anyMemberId() {
        return roster.isEmpty() ? null : roster.members().iterator().next().id();
    }

    /** Throws the error for a request whose sender is not the member that it claims to be. */
    public void checkMember(String memberId, String groupInstanceId) {
        if (groupInstanceId != null) {
            var currentId = roster.idOfInstance(groupInstanceId);
            if (currentId == null) {
                throw new ApiException(ErrorCode.UNKNOWN_MEMBER_ID, "no member has this instance id");
            }
            if (!currentId.equals(memberId)) {
                throw new ApiException(ErrorCode.FENCED_INSTANCE_ID, "another member has this instance id");
            }
        }
        if (roster.get(memberId) == null) {
            throw new ApiException(ErrorCode.UNKNOWN_MEMBER_ID, "not a member of this group");
        }
    }

    /** As {@link #checkMember(String, String)}, and the member must be in the current generation. */
    public void checkMember(String memberId, String groupInstanceId, int memberGeneration) {
        checkMember(memberId, groupInstanceId);
        if (memberGeneration != generation) {
            throw new ApiException(ErrorCode.ILLEGAL_GENERATION, "the group is in generation " + generation);
        }
    }

    /** Whether a member with these protocols can be in this group together with the present ones. */
    boolean supports(String type, List<JoinGroup.Request.Protocol> protocols) {
        return roster.isEmpty()
                ? !type.isEmpty() && !protocols.isEmpty()
                : type.equals(protocolType) && roster.allSpeakOneOf(protocols);
    }

    // States and generations

    void enter(GroupState next, long nowMs) {
        if (!next.mayFollow(state)) {
            throw new IllegalStateException("group " + id + " can't go from " + state + " to " + next);
        }
        previousState = state;
        state = next;
        stateSinceMs = nowMs;
    }

    /** Begins a generation of the present members, or one of nobody. */
    void beginGeneration(long nowMs) {
        generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
        protocolName = roster.isEmpty() ? null : roster.electProtocol();
        readSubscriptions();
        roster.owingSync().clear();
        isAssigning = false;
        enter(roster.isEmpty() ? GroupState.EMPTY : GroupState.COMPLETING_REBALANCE, nowMs);
    }

    /** Keeps a leader that joined, else elects another that did; false if nobody did. */
    boolean electJoinedLeader() {
        if (leaderId != null && roster.get(leaderId).isAwaitingJoin()) {
            return true;
        }
        for (var member : roster.members()) {
            if (member.isAwaitingJoin()) {
                leaderId = member.id();
                return true;
            }
        }
        return false;
    }

    /** The leader brings the assignment of this generation; false if it did before. */
    boolean beginAssigning() {
        boolean isFirst = !isAssigning;
        isAssigning = true;
        return isFirst;
    }

    /** The group is deleted or unloaded: nobody waits in it any more and no alarm of it will ring. */
    public void end(ErrorCode error) {
        setJoinAlarm(null);
        setSyncAlarm(null);
        roster.dismiss(error);
        previousState = state;
        state = GroupState.DEAD;
    }

    void setJoinAlarm(Timers.Alarm alarm) {
        if (joinAlarm != null) {
            joinAlarm.cancel();
        }
        joinAlarm = alarm;
    }

    void setSyncAlarm(Timers.Alarm alarm) {
        if (syncAlarm != null) {
            syncAlarm.cancel();
        }
        syncAlarm = alarm;
    }

    // Topics

    private void readSubscriptions() {
        if (!isOfConsumers()) {
            subscribedTopics = null;
        } else {
            subscribedTopics = roster.isEmpty()
                    ? Set.of()
                    : Subscription.topics(roster.members(), protocolName);
        }
    }

    public boolean isOfConsumers() {
        return Subscription.CONSUMER_PROTOCOL.equals(protocolType);
    }

    /** Whether members consume the topic; a group of consumers whose subscription can't be read might. */
    public boolean isSubscribedTo(String topic) {
        return subscribedTopics == null ? isOfConsumers() : subscribedTopics.contains(topic);
    }

    /** The topics that members subscribe to; null if that is not known. */
    public Set<String> subscribedTopics() {
        return subscribedTopics;
    }

    // What it is

    /** Its members as the leader needs them to assign. */
    List<JoinGroup.Response.Member> describeForLeader() {
        return roster.members().stream().map(member -> new JoinGroup.Response.Member(
                member.id(), member.identity().groupInstanceId(), member.metadata(protocolName))).toList();
    }

    public String id() {
        return id;
    }

    public GroupState state() {
        return state;
    }

    GroupState previousState() {
        return previousState;
    }

    /** When the group entered its state, in wall-clock milliseconds; -1 if an old record did not say. */
    public long stateSinceMs() {
        return stateSinceMs;
    }

    public int generation() {
        return generation;
    }

    /** Null for a group that only stores offsets. */
    public String protocolType() {
        return protocolType;
    }

    /** Null while there are no members. */
    public String protocolName() {
        return protocolName;
    }

    public String leaderId() {
        return leaderId;
    }

    boolean isLeader(Member member) {
        return member.id().equals(leaderId);
    }

    public Collection<Member> members() {
        return roster.members();
    }

    Roster roster() {
        return roster;
    }

    int rebalanceTimeoutMs() {
        return roster.members().stream().mapToInt(Member::rebalanceTimeoutMs).max().orElse(0);
    }

    /** Whether someone joined since the initial delay was last extended. */
    boolean hasNewcomer() {
        return hasNewcomer;
    }

    void setNewcomer(boolean hasNewcomerNow) {
        hasNewcomer = hasNewcomerNow;
    }

    /** Whether the log holds a record of it, which a deletion must take back. */
    public boolean isSaved() {
        return isSaved;
    }

    void setSaved() {
        isSaved = true;
    }

    /** Whether nobody is in it or on the way in. */
    public boolean isVacant() {
        return state == GroupState.EMPTY && roster.isEmpty() && !roster.hasPending();
    }
}
