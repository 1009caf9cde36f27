package io.millrace.producer.send;

import io.millrace.producer.batch.Batch;
import io.millrace.producer.batch.BatchPool;
import io.millrace.producer.batch.PartitionQueue;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Sends what is ready to the leaders: to each node one request after another, with a batch of each partition that has
 * one, as long as its number of open requests allows. Owned by the producer's thread.
 */
public final class Sender {
    private static final long LONGEST_CHECK_NS = 1_000_000_000;

    private final Brokers brokers;
    private final SendRules rules;
    private final BatchPool pool;
    private final SendCounters counters = new SendCounters();
    private final Map<TopicPartition, PartitionSender> senders = new HashMap<>();
    private final Map<Integer, Integer> openCalls = new HashMap<>();
    private final Set<PartitionSender> busy = new LinkedHashSet<>();
    private final List<Flush> flushes = new ArrayList<>();
    private final Timeline lingering;
    private final long expiryCheckNs;
    private Identity identity;
    private RuntimeException fatal;
    private boolean isAskingForIdentity;
    private long hurriedUntilNs;
    private boolean isExpiryChecked;
    private boolean isPumping;
    private boolean isPumpDue;

    public Sender(Brokers brokers, SendRules rules, BatchPool pool) {
        this.brokers = brokers;
        this.rules = rules;
        this.pool = pool;
        this.lingering = new Timeline(brokers, rules.lingerNs(), this::pump);
        this.expiryCheckNs = Math.max(1, Math.min(LONGEST_CHECK_NS, rules.deliveryTimeoutNs() / 20));
        this.hurriedUntilNs = brokers.nowNs();
    }

    BatchPool pool() {
        return pool;
    }

    public SendCounters counters() {
        return counters;
    }

    /** The id under which partitions begin to count; null while there is none. */
    Identity identity() {
        return identity;
    }

    /** Whether a batch should not linger: somebody waits for it, or for its memory. */
    boolean isHurried(Batch batch) {
        return batch.openedAtNs() - hurriedUntilNs <= 0 || pool.isStarved();
    }

    /** A batch was opened or closed in this queue; {@link #pump} is to follow. */
    public void onNews(PartitionQueue queue) {
        take(senders.computeIfAbsent(queue.partition(),
                absent -> new PartitionSender(queue, this, brokers, rules)));
    }

    private void take(PartitionSender sender) {
        for (var batch = sender.announce(); batch != null; batch = sender.announce()) {
            if (rules.lingerNs() > 0) {
                lingering.add(batch.openedAtNs());
            }
        }
        busy.add(sender);
        if (fatal != null) {
            sender.expire(brokers.nowNs(), fatal);
        } else if (!isExpiryChecked) {
            isExpiryChecked = true;
            brokers.after(expiryCheckNs, this::expire);
        }
    }

    private void expire() {
        long openedBeforeNs = brokers.nowNs() - rules.deliveryTimeoutNs();
        isExpiryChecked = false;
        for (var sender : List.copyOf(senders.values())) {
            sender.expire(openedBeforeNs, null);
            isExpiryChecked |= !sender.isDone(sender.announcedCount());
        }
        if (isExpiryChecked) {
            brokers.after(expiryCheckNs, this::expire);
        }
        pump();
    }

    /** A batch of the partition has come back or was given up. */
    void settled(PartitionSender sender) {
        busy.add(sender);
        flushes.forEach(flush -> flush.check(sender));
        flushes.removeIf(flush -> flush.done().isDone());
    }

    /** Sends all that may be sent now. Also to be called when leaders, connections or memory have changed. */
    public void pump() {
        isPumpDue = true;
        if (isPumping) {
            return;
        }
        isPumping = true;
        while (isPumpDue) {
            isPumpDue = false;
            if (rules.isIdempotent() && identity == null && !busy.isEmpty()) {
                askForIdentity();
            }
            isPumpDue |= sendOneEach();
        }
        isPumping = false;
    }

    /** Answers whether anything was sent, so that there may be more. */
    private boolean sendOneEach() {
        long nowNs = brokers.nowNs();
        var calls = new HashMap<Integer, ProduceCall>();
        var visited = List.copyOf(busy);
        for (var sender : visited) {
            int leader = brokers.leaderOf(sender.partition());
            sender.reportBacklog();
            if (!sender.hasWork()) {
                busy.remove(sender);
            } else if (leader == Brokers.NO_NODE) {
                brokers.refresh();
            } else if (sender.isReady(nowNs, leader) && hasRoom(leader, calls.get(leader))) {
                addNext(sender, leader, calls);
            }
        }
        calls.values().forEach(this::send);
        return !calls.isEmpty();
    }

    private boolean hasRoom(int nodeId, ProduceCall begun) {
        return begun != null
                || (openCalls.getOrDefault(nodeId, 0) < rules.mostInFlight() && brokers.isReady(nodeId));
    }

    private void addNext(PartitionSender sender, int nodeId, Map<Integer, ProduceCall> calls) {
        var call = calls.get(nodeId);
        if (call != null && call.bytes() + sender.nextBytes() > rules.mostRequestBytes()) {
            return; // it goes first into the next request
        }
        var outgoing = sender.take(nodeId);
        if (outgoing != null) {
            if (call == null) {
                call = new ProduceCall(nodeId, this::ended);
                calls.put(nodeId, call);
            }
            call.add(sender, outgoing);
            busy.remove(sender);
            busy.add(sender);
        }
    }

    private void send(ProduceCall call) {
        openCalls.merge(call.nodeId(), 1, Integer::sum);
        counters.request(call.size(), call.bytes());
        brokers.send(call.nodeId(), call);
    }

    private void ended(ProduceCall call) {
        openCalls.merge(call.nodeId(), -1, Integer::sum);
        pump();
    }

    private void askForIdentity() {
        if (isAskingForIdentity || fatal != null) {
            return;
        }
        isAskingForIdentity = true;
        brokers.newIdentity().whenComplete((given, failure) -> {
            isAskingForIdentity = false;
            if (failure == null) {
                identity = given;
            } else if (failure instanceof ApiException refusal && !refusal.errorCode().isRetriable()) {
                end(refusal);
            }
            pump();
        });
    }

    /** The epochs of the id are used up: another is needed. */
    void renewIdentity() {
        identity = null;
        isPumpDue = true;
    }

    /** Gives all batches up, those to come too. */
    public void end(RuntimeException reason) {
        fatal = reason;
        for (var sender : List.copyOf(senders.values())) {
            sender.expire(brokers.nowNs(), reason);
        }
    }

    /** Nothing that is there now lingers any longer. */
    public void hurry() {
        hurriedUntilNs = brokers.nowNs();
        pump();
    }

    /** Completes when all that was appended before is acknowledged or has failed; none of it lingers. */
    public CompletableFuture<Void> flush() {
        hurriedUntilNs = brokers.nowNs();
        senders.values().forEach(this::take);
        var flush = new Flush(senders.values());
        if (!flush.done().isDone()) {
            flushes.add(flush);
        }
        pump();
        return flush.done();
    }
}
