package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A member of one group: what it offers, what it was assigned, and the request it waits in. Only {@link ClassicGroup}
 * changes what the group counts.
 */
public final class Member {

    /** What stays the same as long as a member does, whatever its id. */
    public record Identity(String groupInstanceId, String clientId, String clientHost) {}

    private final Identity identity;
    private String id;
    private Offer offer;
    private Bytes assignment = Bytes.EMPTY;
    private JoinReply awaitedJoin;
    private SyncReply awaitedSync;
    private boolean isNew;
    private Session session;

    /** What a member says with each JoinGroup. */
    record Offer(int sessionTimeoutMs, int rebalanceTimeoutMs, List<JoinGroup.Request.Protocol> protocols) {

        /** A protocol that is named twice counts once; without a rebalance timeout (version 0) the session's holds. */
        static Offer of(JoinGroup.Request request) {
            int rebalanceTimeoutMs = request.rebalanceTimeoutMs() < 0
                    ? request.sessionTimeoutMs()
                    : request.rebalanceTimeoutMs();
            return new Offer(request.sessionTimeoutMs(), rebalanceTimeoutMs, distinct(request.protocols()));
        }
    }

    Member(String id, Identity identity, Offer offer) {
        this.id = id;
        this.identity = identity;
        this.offer = offer;
    }

    private static List<JoinGroup.Request.Protocol> distinct(List<JoinGroup.Request.Protocol> protocols) {
        var names = new HashSet<String>();
        var distinct = new ArrayList<JoinGroup.Request.Protocol>(protocols.size());
        for (var protocol : protocols) {
            if (names.add(protocol.name())) {
                distinct.add(protocol);
            }
        }
        return distinct;
    }

    /** The first of its protocols that is among the candidates. */
    String vote(Set<String> candidates) {
        for (var protocol : offer.protocols) {
            if (candidates.contains(protocol.name())) {
                return protocol.name();
            }
        }
        throw new IllegalStateException("member " + id + " supports none of " + candidates);
    }

    /** What it said about itself for this protocol; empty if it does not speak it. */
    public Bytes metadata(String protocolName) {
        for (var protocol : offer.protocols) {
            if (protocol.name().equals(protocolName)) {
                return protocol.metadata();
            }
        }
        return Bytes.EMPTY;
    }

    /** Whether it waits for the outcome of a rebalance, so that its silence means nothing. */
    boolean isExcusedFromHeartbeat() {
        return !isNew && (awaitedJoin != null || awaitedSync != null);
    }

    /** Parks a SyncGroup; one that waited before has been given up by the client. */
    void awaitSync(SyncReply reply) {
        refuseSync(ErrorCode.REBALANCE_IN_PROGRESS);
        awaitedSync = reply;
    }

    /** Answers the parked SyncGroup, if there is one. */
    void refuseSync(ErrorCode error) {
        var reply = takeSync();
        if (reply != null) {
            reply.refuse(error);
        }
    }

    SyncReply takeSync() {
        var reply = awaitedSync;
        awaitedSync = null;
        return reply;
    }

    void setAwaitedJoin(JoinReply reply) {
        awaitedJoin = reply;
    }

    JoinReply awaitedJoin() {
        return awaitedJoin;
    }

    boolean isAwaitingJoin() {
        return awaitedJoin != null;
    }

    boolean isAwaitingSync() {
        return awaitedSync != null;
    }

    public String id() {
        return id;
    }

    void setId(String newId) {
        id = newId;
    }

    public Identity identity() {
        return identity;
    }

    boolean isStatic() {
        return identity.groupInstanceId() != null;
    }

    public int sessionTimeoutMs() {
        return offer.sessionTimeoutMs;
    }

    public int rebalanceTimeoutMs() {
        return offer.rebalanceTimeoutMs;
    }

    List<JoinGroup.Request.Protocol> protocols() {
        return offer.protocols;
    }

    Offer offer() {
        return offer;
    }

    void setOffer(Offer newOffer) {
        offer = newOffer;
    }

    public Bytes assignment() {
        return assignment;
    }

    void setAssignment(Bytes newAssignment) {
        assignment = newAssignment;
    }

    void setNew(boolean isNewNow) {
        isNew = isNewNow;
    }

    Session session() {
        return session;
    }

    void setSession(Session newSession) {
        session = newSession;
    }

    void endSession() {
        if (session != null) {
            session.end();
        }
    }

    @Override
    public String toString() {
        return isStatic() ? id + " (instance " + identity.groupInstanceId() + ")" : id;
    }
}
