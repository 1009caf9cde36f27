package io.millrace.consumer.group;

import io.millrace.consumer.group.ConsumerProtocol.Intent;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A member of a classic group: joins when it is told to, leads if it must, and gives signs of life. Owned by the client's
 * loop, apart from the time of the last poll. Every step carries the number of its attempt; what belongs to an earlier
 * one is of no interest.
 */
public final class Membership {
    private static final int JOIN_GRACE_MS = 5_000;
    private static final int FIRST_LEAVE_VERSION_WITH_LIST = 3;

    private final ClusterClient client;
    private final GroupRules rules;
    private final GroupListener listener;
    private final Route.Coordinator coordinator;
    private Member member;
    private Intent intent;
    private Set<TopicPartition> lastAssigned = Set.of();
    private int lastGeneration = Member.NO_GENERATION;
    private Leadership leadership;
    private long attempt;
    private int failures;
    private boolean isStable;
    private boolean isBeating;
    private volatile long polledAtNs = System.nanoTime();

    public Membership(ClusterClient client, GroupRules rules, GroupListener listener) {
        this.client = client;
        this.rules = rules;
        this.listener = listener;
        coordinator = Commits.coordinatorOf(rules.groupId());
        member = Member.stranger(rules.groupId(), rules.instanceId());
    }

    /** The application polls. For the polling thread. */
    public void polled(long nowNs) {
        polledAtNs = nowNs;
    }

    /** Joins the group, or takes part in its next rebalance, wanting these topics and owning these partitions. */
    public void join(Set<String> topics, Collection<TopicPartition> owned) {
        intent = new Intent(topics, List.copyOf(owned), lastGeneration);
        client.follow(topics);
        failures = 0;
        join();
    }

    private void join() {
        long number = ++attempt;
        isStable = false;
        leadership = null;
        var protocols = rules.assignors().stream()
                .map(assignor -> new JoinGroup.Request.Protocol(assignor.name(),
                        ConsumerProtocol.subscription(
                                intent, assignor.userData(lastAssigned, lastGeneration), rules.rackId())))
                .toList();
        var request = new JoinGroup.Request(rules.groupId(), rules.sessionTimeoutMs(),
                rules.maxPollIntervalMs(), member.memberId(), rules.instanceId(), ConsumerProtocol.TYPE,
                protocols, null);
        ask(number, request, rebalanceLimitMs(), this::joined);
    }

    private int rebalanceLimitMs() {
        return (int) Math.min(Integer.MAX_VALUE, (long) rules.maxPollIntervalMs() + JOIN_GRACE_MS);
    }

    private void joined(JoinGroup.Response answer, Connection connection) {
        switch (answer.errorCode()) {
            case NONE -> {
                member = member.of(answer.generationId(), answer.memberId());
                failures = 0;
                if (answer.leader().equals(answer.memberId()) && !answer.members().isEmpty()) {
                    lead(answer);
                } else {
                    sync(answer.protocolName(), List.of());
                }
            }
            case MEMBER_ID_REQUIRED -> {
                member = member.of(Member.NO_GENERATION, answer.memberId());
                join();
            }
            case UNKNOWN_MEMBER_ID -> lose(Member.NO_ID, "the coordinator knows the member no more");
            default -> refused(answer.errorCode());
        }
    }

    private void lead(JoinGroup.Response joined) {
        leadership = new Leadership(client, rules, joined);
        var followed = new HashSet<>(intent.topics());
        followed.addAll(leadership.topics());
        client.follow(followed);
        boolean mustDivide = !joined.skipAssignment();
        long number = attempt;
        leadership.divide(assignments -> {
            if (number == attempt) {
                sync(joined.protocolName(), mustDivide ? assignments : List.of());
            }
        });
    }

    private void sync(String protocolName, List<SyncGroup.Request.Assignment> assignments) {
        var request = new SyncGroup.Request(rules.groupId(), member.generationId(), member.memberId(),
                rules.instanceId(), ConsumerProtocol.TYPE, protocolName, assignments);
        ask(++attempt, request, rebalanceLimitMs(), this::synced);
    }

    private void synced(SyncGroup.Response answer, Connection connection) {
        switch (answer.errorCode()) {
            case NONE -> {
                isStable = true;
                lastAssigned = ConsumerProtocol.assignment(answer.assignment());
                lastGeneration = member.generationId();
                listener.assigned(member, lastAssigned);
                beatLater(++attempt, rules.heartbeatIntervalMs());
                onView();
            }
            case REBALANCE_IN_PROGRESS -> join();
            case UNKNOWN_MEMBER_ID -> lose(Member.NO_ID, "the coordinator knows the member no more");
            case ILLEGAL_GENERATION -> lose(member.memberId(), "the group has gone on without the member");
            default -> refused(answer.errorCode());
        }
    }

    /** Joining anew may help, or the application is told. */
    private void refused(ErrorCode error) {
        if (error.isRetriable() || error == ErrorCode.REBALANCE_IN_PROGRESS) {
            if (error.remedy() == ErrorCode.Remedy.REFRESH_METADATA) {
                client.forget(coordinator);
            }
            joinLater();
        } else {
            fail(new ApiException(error, "group " + rules.groupId() + " cannot be joined: " + error));
        }
    }

    private void joinLater() {
        long number = ++attempt;
        client.loop().schedule(() -> {
            if (number == attempt) {
                join();
            }
        }, rules.backoff().delayMs(++failures), TimeUnit.MILLISECONDS);
    }

    /** Sends to the coordinator, once; without an answer, the way there is looked for again and the group joined anew. */
    private <R extends ApiMessage> void ask(long number, ApiRequest<R> request, int timeoutMs,
            BiConsumer<R, Connection> then) {
        client.connect(coordinator, rules.requestTimeoutMs())
                .thenCompose(connection -> connection.send(request, timeoutMs)
                        .thenAccept(answer -> onAnswer(number, answer, connection, then)))
                .whenComplete((nothing, failure) -> {
                    if (failure != null && number == attempt) {
                        unanswered(failure);
                    }
                });
    }

    private <R> void onAnswer(long number, R answer, Connection connection, BiConsumer<R, Connection> then) {
        if (number == attempt) {
            try {
                then.accept(answer, connection);
            } catch (RuntimeException e) {
                fail(e);
            }
        }
    }

    private void fail(RuntimeException reason) {
        attempt++;
        listener.failed(reason);
    }

    private void unanswered(Throwable failure) {
        var cause = failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ApiException refusal) {
            refused(refusal.errorCode());
        } else {
            client.forget(coordinator);
            joinLater();
        }
    }

    private void beatLater(long number, long delayMs) {
        client.loop().schedule(() -> {
            if (number == attempt) {
                beat(number);
            }
        }, Math.max(1, Math.min(delayMs, msUntilPollIsDue())), TimeUnit.MILLISECONDS);
    }

    private long msUntilPollIsDue() {
        return rules.maxPollIntervalMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - polledAtNs);
    }

    private void beat(long number) {
        if (msUntilPollIsDue() <= 0) {
            leave("the application does not poll");
            lose(Member.NO_ID, "no poll in max.poll.interval.ms=" + rules.maxPollIntervalMs());
            return;
        }
        if (isBeating) {
            beatLater(number, rules.heartbeatIntervalMs());
            return;
        }
        isBeating = true;
        var request = new Heartbeat.Request(rules.groupId(), member.generationId(), member.memberId(),
                rules.instanceId());
        client.connect(coordinator, rules.requestTimeoutMs())
                .thenCompose(connection -> connection.send(request, rules.requestTimeoutMs()))
                .whenComplete((answer, failure) -> {
                    isBeating = false;
                    if (number == attempt) {
                        beaten(number,
                                failure == null ? answer.errorCode() : ErrorCode.COORDINATOR_NOT_AVAILABLE);
                    }
                });
    }

    private void beaten(long number, ErrorCode error) {
        switch (error) {
            case NONE -> {
                failures = 0;
                beatLater(number, rules.heartbeatIntervalMs());
            }
            case REBALANCE_IN_PROGRESS -> {
                listener.rebalanceNeeded(member);
                beatLater(number, rules.heartbeatIntervalMs());
            }
            case UNKNOWN_MEMBER_ID -> lose(Member.NO_ID, "the coordinator knows the member no more");
            case ILLEGAL_GENERATION -> lose(member.memberId(), "the group has gone on without the member");
            default -> {
                if (error.isRetriable()) {
                    client.forget(coordinator);
                    beatLater(number, rules.backoff().delayMs(++failures));
                } else {
                    lose(Member.NO_ID, "the coordinator refuses the member: " + error);
                    refused(error);
                }
            }
        }
    }

    private void lose(String memberId, String reason) {
        forgetMembership(memberId);
        attempt++;
        listener.lost(reason);
    }

    private void forgetMembership(String memberId) {
        isStable = false;
        leadership = null;
        member = member.of(Member.NO_GENERATION, memberId);
        lastGeneration = Member.NO_GENERATION;
    }

    /** The view of the cluster has changed. */
    public void onView() {
        try {
            if (leadership != null && leadership.onView() && isStable) {
                listener.rebalanceNeeded(member);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
        if (intent != null && intent.topics().stream().anyMatch(this::mayAppear)) {
            client.loop().schedule(client::refresh, rules.backoff().mostMs(), TimeUnit.MILLISECONDS);
        }
    }

    /** Whether a topic does not exist yet, as far as brokers know. */
    private boolean mayAppear(String topic) {
        var known = client.view().topic(topic);
        return known != null && known.error() != ErrorCode.NONE && known.error().isRetriable();
    }

    /** Ends the membership; a static member only falls silent, so that it may come back. */
    public CompletableFuture<Void> leave(String reason) {
        attempt++;
        intent = null;
        boolean isKnown = !member.memberId().equals(Member.NO_ID) && !rules.isStatic();
        var memberId = member.memberId();
        forgetMembership(Member.NO_ID);
        lastAssigned = Set.of();
        return isKnown ? client.connect(coordinator, rules.requestTimeoutMs())
                .thenCompose(connection -> connection.send(leaving(connection, memberId, reason),
                        rules.requestTimeoutMs()))
                .thenApply(answer -> null) : CompletableFuture.completedFuture(null);
    }

    private LeaveGroup.Request leaving(Connection connection, String memberId, String reason) {
        boolean isList = connection.versions().highest(ApiKey.LEAVE_GROUP) >= FIRST_LEAVE_VERSION_WITH_LIST;
        return new LeaveGroup.Request(rules.groupId(), isList ? "" : memberId,
                isList ? List.of(new LeaveGroup.Request.MemberIdentity(memberId, null, reason)) : List.of());
    }
}
