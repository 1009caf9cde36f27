package io.millrace.consumer;

import io.millrace.consumer.group.GroupListener;
import io.millrace.consumer.group.Member;
import io.millrace.consumer.group.Membership;
import io.millrace.consumer.poll.Assignment;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The polling thread's part of a membership: what is subscribed to, the listener, and the steps of a rebalance, which are
 * taken inside poll. Owned by the polling thread; what the loop's part tells it arrives through the mailbox.
 */
final class GroupMember implements GroupListener {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);

    private final ConsumerClient client;
    private final Assignment assignment;
    private final Membership membership;
    private final boolean isCooperative;
    private Member member;
    private Subscription subscription;
    private Supplier<CompletableFuture<Void>> commit = () -> CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> lastCommit;
    private boolean mustJoin;
    private boolean isJoining;
    private String loss;
    private Set<TopicPartition> granted;
    private RuntimeException failure;
    private Runnable onLoss;

    /** Without a group, nothing can be subscribed to. */
    GroupMember(ConsumerClient client, Settings settings) {
        this.client = client;
        assignment = client.assignment();
        member = Member.stranger(settings.get(ConsumerSettings.GROUP_ID),
                settings.get(ConsumerSettings.GROUP_INSTANCE_ID));
        boolean hasGroup = client.commitsOrNull() != null;
        var rules = hasGroup ? ConsumerSettings.groupRules(settings) : null;
        isCooperative = hasGroup && rules.isCooperative();
        membership = hasGroup ? new Membership(client.client(), rules, this) : null;
        if (hasGroup) {
            client.onLoop(() -> client.client().onView(membership::onView));
        }
    }

    /** What to do before partitions are given up. */
    void commitBeforeLoss(Supplier<CompletableFuture<Void>> action) {
        commit = action;
    }

    @Override
    public void assigned(Member as, Set<TopicPartition> partitions) {
        client.mailbox().execute(() -> {
            isJoining = false;
            member = as;
            granted = partitions;
        });
    }

    @Override
    public void rebalanceNeeded(Member of) {
        client.mailbox().execute(() -> mustJoin |= !isJoining && of.equals(member));
    }

    @Override
    public void lost(String reason) {
        client.mailbox().execute(() -> {
            isJoining = false;
            loss = reason;
        });
    }

    @Override
    public void failed(RuntimeException reason) {
        client.mailbox().execute(() -> {
            isJoining = false;
            failure = reason;
        });
    }

    Member member() {
        return member;
    }

    /** Whether a rebalance is under way, so that nothing can be committed. */
    boolean isJoining() {
        return isJoining;
    }

    Set<String> topics() {
        return subscription == null ? Set.of() : subscription.topics();
    }

    boolean isSubscribed() {
        return subscription != null;
    }

    /**
     * Whether records may be handed out: not between the commit before a rebalance and the rebalance, unless partitions
     * are kept; to a run, not before the rebalance is over.
     */
    boolean mayPoll() {
        return onLoss == null ? lastCommit == null || isCooperative : lastCommit == null && !isJoining;
    }

    /** Tells a run when its partitions are lost; null ends that. */
    void follow(Runnable action) {
        onLoss = action;
    }

    void requireNone() {
        if (isSubscribed()) {
            throw new IllegalStateException(
                    "topics are subscribed to: unsubscribe before you assign partitions");
        }
    }

    void subscribe(Subscription to) {
        client.commits();
        if (!isSubscribed() && !assignment.isEmpty()) {
            throw new IllegalStateException(
                    "partitions are assigned: unsubscribe before you subscribe to topics");
        }
        subscription = to;
        mustJoin = true;
    }

    /** Takes part in the next rebalance although nothing demands it. */
    void rejoin() {
        mustJoin |= isSubscribed();
    }

    /** Does whatever is due, calling the listener. */
    void tick(long nowNs) {
        if (subscription == null) {
            return;
        }
        membership.polled(nowNs);
        if (failure != null) {
            var thrown = failure;
            failure = null;
            mustJoin = true;
            throw thrown;
        }
        if (subscription.update(client, nowNs)) {
            mustJoin = true;
        }
        if (loss != null) {
            takeLoss();
        }
        if (granted != null) {
            takeGranted();
        }
        if (mustJoin && !isJoining && subscription.isKnown()) {
            prepareToJoin();
        }
    }

    private void takeLoss() {
        LOG.warn("The membership of group {} is lost: {}", member.groupId(), loss);
        loss = null;
        lastCommit = null;
        granted = null;
        mustJoin = true;
        if (onLoss != null) {
            onLoss.run();
        }
        member = Member.stranger(member.groupId(), member.groupInstanceId());
        giveUp(assignment.partitions(), true);
    }

    private void takeGranted() {
        var partitions = granted;
        granted = null;
        var added = new HashSet<>(partitions);
        added.removeAll(assignment.partitions());
        var revoked = new HashSet<>(assignment.partitions());
        revoked.removeAll(partitions);
        mustJoin |= isCooperative && !revoked.isEmpty();
        giveUp(revoked, false);
        assignment.assign(partitions, new StartPoint.Committed());
        subscription.listener().onPartitionsAssigned(Set.copyOf(added));
    }

    /** Commits, and once that is done, gives up what must be given up, and joins. */
    private void prepareToJoin() {
        if (lastCommit == null) {
            lastCommit = commit.get();
        }
        if (!lastCommit.isDone()) {
            return;
        }
        lastCommit = null;
        giveUp(isCooperative ? unwanted() : assignment.partitions(), false);
        mustJoin = false;
        isJoining = true;
        var topics = subscription.topics();
        var owned = assignment.partitions();
        client.onLoop(() -> membership.join(topics, owned));
    }

    private Set<TopicPartition> unwanted() {
        var unwanted = new HashSet<>(assignment.partitions());
        unwanted.removeIf(partition -> subscription.topics().contains(partition.topic()));
        return unwanted;
    }

    private void giveUp(Collection<TopicPartition> partitions, boolean isLost) {
        if (partitions.isEmpty()) {
            return;
        }
        var kept = new HashSet<>(assignment.partitions());
        kept.removeAll(partitions);
        try {
            if (isLost) {
                subscription.listener().onPartitionsLost(Set.copyOf(partitions));
            } else {
                subscription.listener().onPartitionsRevoked(Set.copyOf(partitions));
            }
        } finally {
            assignment.assign(kept, new StartPoint.Committed());
        }
    }

    /** Gives everything up and leaves the group. */
    void leave(Duration timeout) {
        if (subscription == null) {
            return;
        }
        try {
            giveUp(assignment.partitions(), loss != null);
        } finally {
            subscription = null;
            lastCommit = null;
            granted = null;
            loss = null;
            failure = null;
            mustJoin = false;
            isJoining = false;
            member = Member.stranger(member.groupId(), member.groupInstanceId());
            awaitLeave(timeout);
        }
    }

    private void awaitLeave(Duration timeout) {
        var left = new CompletableFuture<Void>();
        client.onLoop(() -> membership.leave("the consumer unsubscribes or closes")
                .whenComplete((nothing, reason) -> left.complete(null)));
        try {
            client.await(left, timeout, "the end of the membership");
        } catch (RuntimeException e) {
            LOG.info("Group {} was left without its answer: {}", member.groupId(), e.getMessage());
        }
    }
}
