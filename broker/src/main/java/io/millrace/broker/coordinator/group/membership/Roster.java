package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The members of one group by id and by instance, those who only hold an id so far, and the counts that decisions need:
 * who waits to join, who owes a sync, how many speak each protocol. Part of a {@link ClassicGroup}.
 */
final class Roster {
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, String> memberIdsByInstance = new HashMap<>();
    private final Map<String, Integer> protocolSupport = new HashMap<>();
    private final Map<String, Session> pendingMembers = new HashMap<>();
    private final Set<Member> owingSync = new HashSet<>();
    private int joinsAwaited;

    void add(Member member) {
        members.put(member.id(), member);
        if (member.isStatic()) {
            memberIdsByInstance.put(member.identity().groupInstanceId(), member.id());
        }
        count(member, 1);
    }

    /** Takes a member out; what it waits for is answered with the error. Null if there is none of this id. */
    Member remove(String memberId, ErrorCode error) {
        var member = members.remove(memberId);
        if (member == null) {
            return null;
        }
        count(member, -1);
        owingSync.remove(member);
        if (member.isStatic()) {
            memberIdsByInstance.remove(member.identity().groupInstanceId());
        }
        member.endSession();
        refuseJoin(member, error, "");
        member.refuseSync(error);
        return member;
    }

    /** Gives a static member a new id; a request that waits under the old one is fenced. */
    void rename(Member member, String newId) {
        var oldId = member.id();
        members.remove(oldId);
        refuseJoin(member, ErrorCode.FENCED_INSTANCE_ID, oldId);
        member.refuseSync(ErrorCode.FENCED_INSTANCE_ID);
        member.setId(newId);
        members.put(newId, member);
        memberIdsByInstance.put(member.identity().groupInstanceId(), newId);
    }

    /** Takes over what a member offers in a JoinGroup. */
    void update(Member member, Member.Offer offer) {
        count(member, -1);
        member.setOffer(offer);
        count(member, 1);
    }

    void addPending(String memberId, Session session) {
        pendingMembers.put(memberId, session);
    }

    boolean removePending(String memberId) {
        var session = pendingMembers.remove(memberId);
        if (session != null) {
            session.end();
        }
        return session != null;
    }

    boolean isPending(String memberId) {
        return pendingMembers.containsKey(memberId);
    }

    /** Parks a JoinGroup; one that waited before has been given up by the client. */
    void awaitJoin(Member member, JoinReply reply) {
        refuseJoin(member, ErrorCode.REBALANCE_IN_PROGRESS, member.id());
        member.setAwaitedJoin(reply);
        joinsAwaited++;
    }

    JoinReply takeJoin(Member member) {
        var reply = member.awaitedJoin();
        if (reply != null) {
            member.setAwaitedJoin(null);
            joinsAwaited--;
        }
        return reply;
    }

    void refuseJoin(Member member, ErrorCode error, String memberId) {
        var reply = takeJoin(member);
        if (reply != null) {
            reply.refuse(error, memberId);
        }
    }

    /** Answers all who wait, and stops every session. */
    void dismiss(ErrorCode error) {
        pendingMembers.values().forEach(Session::end);
        pendingMembers.clear();
        for (var member : members.values()) {
            member.endSession();
            refuseJoin(member, error, member.id());
            member.refuseSync(error);
        }
    }

    private void count(Member member, int change) {
        for (var protocol : member.protocols()) {
            int supporters = protocolSupport.getOrDefault(protocol.name(), 0) + change;
            if (supporters == 0) {
                protocolSupport.remove(protocol.name());
            } else {
                protocolSupport.put(protocol.name(), supporters);
            }
        }
    }

    /** Whether all members speak one of these. */
    boolean allSpeakOneOf(List<JoinGroup.Request.Protocol> protocols) {
        return protocols.stream()
                .anyMatch(p -> protocolSupport.getOrDefault(p.name(), 0) == members.size());
    }

    /** The protocol that all speak and most prefer; of equals, the one that the earliest member voted for. */
    String electProtocol() {
        var candidates = new HashSet<String>();
        protocolSupport.forEach((name, supporters) -> {
            if (supporters == members.size()) {
                candidates.add(name);
            }
        });
        var votes = new LinkedHashMap<String, Integer>();
        members.values().forEach(member -> votes.merge(member.vote(candidates), 1, Integer::sum));
        String elected = null;
        for (var name : votes.keySet()) {
            if (elected == null || votes.get(name) > votes.get(elected)) {
                elected = name;
            }
        }
        return elected;
    }

    boolean haveAllJoined() {
        return joinsAwaited == members.size() && pendingMembers.isEmpty();
    }

    int joinsAwaited() {
        return joinsAwaited;
    }

    Set<Member> owingSync() {
        return owingSync;
    }

    Member get(String memberId) {
        return members.get(memberId);
    }

    /** The id of the member with this instance id; null if there is none. */
    String idOfInstance(String groupInstanceId) {
        return memberIdsByInstance.get(groupInstanceId);
    }

    Collection<Member> members() {
        return members.values();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean hasPending() {
        return !pendingMembers.isEmpty();
    }

    int size() {
        return members.size();
    }
}
