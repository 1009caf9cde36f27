package io.millrace.consumer.fetch;

import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads ahead: keeps at most two chunks of each partition waiting, and no more than {@code fetch.max.bytes} in all, with
 * one request at a time to each broker. Owned by the client's loop; what it has goes to the listener.
 */
public final class Fetcher {
    private final Brokers brokers;
    private final FetchRules rules;
    private final FetchListener listener;
    private final Positioning positioning;
    private final BatchScan scan;
    private final Map<TopicPartition, PartitionFetch> partitions = new LinkedHashMap<>();
    private final Map<Integer, FetchSession> sessions = new HashMap<>();
    private long waitingBytes;
    private boolean isClosed;

    public Fetcher(Brokers brokers, FetchRules rules, FetchListener listener) {
        this.brokers = brokers;
        this.rules = rules;
        this.listener = listener;
        positioning = new Positioning(brokers, rules, this);
        scan = new BatchScan(rules.checksCrc());
    }

    /** Reads a partition from a point on, under a number that tells this reading from earlier ones. */
    public void start(TopicPartition partition, long start, StartPoint at, boolean isPaused) {
        var fetch = new PartitionFetch(partition, start, brokers.nowNs());
        fetch.pause(isPaused);
        partitions.put(partition, fetch);
        positioning.begin(fetch, at);
    }

    public void stop(TopicPartition partition) {
        partitions.remove(partition);
    }

    public void pause(TopicPartition partition, boolean pauses) {
        var fetch = partitions.get(partition);
        if (fetch != null) {
            fetch.pause(pauses);
        }
    }

    /** So many bytes of a chunk wait no longer: it was polled, or is of no interest. */
    public void polled(TopicPartition partition, long start, int bytes) {
        waitingBytes -= bytes;
        var fetch = partitions.get(partition);
        if (fetch != null && fetch.start() == start) {
            fetch.chunkPolled();
        }
    }

    public void close() {
        isClosed = true;
        partitions.clear();
    }

    boolean isCurrent(PartitionFetch partition) {
        return !isClosed && partitions.get(partition.partition()) == partition;
    }

    void started(PartitionFetch partition) {
        listener.started(partition.partition(), partition.start(), partition.position());
    }

    void end(PartitionFetch partition, RuntimeException reason, StartPoint remedy) {
        partition.end();
        listener.ended(partition.partition(), partition.start(), reason, remedy);
    }

    /** Lets partitions wait after a failure that may pass. */
    void backOff(Collection<PartitionFetch> waiting, boolean isLeaderInDoubt) {
        long delayMs = rules.backoff()
                .delayMs(waiting.stream().mapToInt(PartitionFetch::failed).max().orElse(1));
        long delayNs = TimeUnit.MILLISECONDS.toNanos(delayMs);
        waiting.forEach(each -> each.retryAt(brokers.nowNs() + delayNs));
        brokers.after(delayNs + 1, this::pump);
        if (isLeaderInDoubt) {
            brokers.refresh();
        }
    }

    /** Sends whatever can be sent now. */
    public void pump() {
        if (isClosed) {
            return;
        }
        long nowNs = brokers.nowNs();
        positioning.pump(partitions.values(), nowNs);
        if (waitingBytes >= Math.max(1, rules.maxBytes())) {
            return;
        }
        var view = brokers.view();
        var wanted = new LinkedHashMap<Integer, List<PartitionFetch>>();
        var full = new HashSet<Integer>();
        for (var each : partitions.values()) {
            if (each.stage() != PartitionFetch.Stage.READS || each.isPaused() || each.isAsked()
                    || each.isBackingOff(nowNs) || each.wantsCheck(view)) {
                continue;
            }
            int node = each.node(view, nowNs);
            if (node == Brokers.NO_NODE) {
                backOff(List.of(each), true);
            } else if (each.isFull()) {
                full.add(node);
            } else {
                wanted.computeIfAbsent(node, absent -> new ArrayList<>()).add(each);
            }
        }
        wanted.forEach((node, each) -> fetch(node, each, full, nowNs));
    }

    /** A broker of which a partition is full is left alone: a long poll would keep that partition waiting afterwards. */
    private void fetch(int nodeId, List<PartitionFetch> wanted, Set<Integer> full, long nowNs) {
        var session = sessions.computeIfAbsent(nodeId, absent -> new FetchSession(nowNs));
        if (full.contains(nodeId) || session.isBusy() || session.isThrottled(nowNs)
                || !brokers.isReady(nodeId)) {
            return;
        }
        var asked = new HashMap<TopicPartition, PartitionFetch>();
        wanted.forEach(each -> asked.put(each.partition(), each));
        brokers.fetch(nodeId, session.next(wanted, brokers.view(), new FetchCall.Outcome() {
            @Override
            public void answered(FetchResponse response) {
                onAnswer(session, asked, response);
            }

            @Override
            public void failed(RuntimeException failure) {
                session.failed();
                backOff(asked.values(), true);
                pump();
            }
        }));
    }

    private void onAnswer(FetchSession session, Map<TopicPartition, PartitionFetch> asked,
            FetchResponse response) {
        if (response.head().throttleTimeMs() > 0) {
            long delayNs = TimeUnit.MILLISECONDS.toNanos(response.head().throttleTimeMs());
            session.throttle(brokers.nowNs() + delayNs);
            brokers.after(delayNs + 1, this::pump);
        }
        boolean isFirst = session.isNew();
        if (session.answered(response.head())) {
            for (var topic : response.topics()) {
                var name = session.nameOf(topic);
                topic.partitions().forEach(each -> {
                    var partition = asked.get(new TopicPartition(name, each.partition()));
                    if (partition != null && isCurrent(partition)) {
                        onPartition(partition, each, response.endpoints());
                    }
                });
            }
        } else if (isFirst) {
            backOff(asked.values(), true);
        }
        pump();
    }

    private void onPartition(PartitionFetch partition, FetchedPartition answer,
            List<NodeEndpoint> endpoints) {
        var error = answer.errorCode();
        if (error == ErrorCode.NONE) {
            take(partition, answer);
        } else if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            onOutOfRange(partition);
        } else if (error.isRetriable() && error != ErrorCode.CORRUPT_MESSAGE) {
            partition.preferLeader();
            var leader = answer.redirect() == null ? null : answer.redirect().currentLeader();
            if (leader != null && leader.leaderId() >= 0) {
                brokers.hint(partition.partition(), leader, endpoints);
            }
            backOff(List.of(partition), error.remedy() == ErrorCode.Remedy.REFRESH_METADATA);
        } else {
            end(partition, new ApiException(error, "cannot read " + partition.partition() + ": " + error),
                    null);
        }
    }

    /** A follower may not have got so far yet, or may have dropped less: the leader knows. */
    private void onOutOfRange(PartitionFetch partition) {
        if (partition.hasReplica()) {
            partition.preferLeader();
            return;
        }
        end(partition, new ApiException(ErrorCode.OFFSET_OUT_OF_RANGE, "offset "
                + partition.position().offset() + " of " + partition.partition()
                + " is not in the log"), PartitionFetch.remedyOf(rules));
    }

    private void take(PartitionFetch partition, FetchedPartition answer) {
        var redirect = answer.redirect();
        if (redirect != null && redirect.preferredReadReplica() >= 0) {
            partition.prefer(redirect.preferredReadReplica(), brokers.nowNs() + rules.replicaMaxAgeNs());
            return;
        }
        var bounds = new FetchedChunk.Bounds(answer.logStartOffset(), answer.highWatermark(),
                answer.lastStableOffset());
        boolean isNews = partition.learn(bounds);
        if (!answer.records().isReadable()) {
            if (isNews) {
                listener.fetched(new FetchedChunk(partition.partition(), partition.start(),
                        Unpooled.EMPTY_BUFFER, partition.position(), null, bounds));
            }
            return;
        }
        scan.scan(partition.partition(), answer.records(), partition.position().offset());
        if (scan.nextOffset() > partition.position().offset()) {
            var records = answer.records().slice(answer.records().readerIndex(), scan.wholeBytes()).retain();
            partition.advance(new Position(scan.nextOffset(), scan.leaderEpoch()));
            partition.chunkAdded();
            waitingBytes += records.readableBytes();
            listener.fetched(new FetchedChunk(partition.partition(), partition.start(), records,
                    partition.position(), rules.isReadCommitted() ? answer.abortedTransactions() : null,
                    bounds));
        }
        if (scan.failure() != null) {
            end(partition, scan.failure(), null);
        }
    }
}
