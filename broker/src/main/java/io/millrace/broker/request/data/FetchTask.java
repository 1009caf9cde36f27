package io.millrace.broker.request.data;

import io.millrace.broker.partition.FollowerFetch;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.watch.DataWatch;
import io.millrace.broker.request.Exchange;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One Fetch from its first look at the partitions to its answer: warms cold ranges, waits for enough bytes and for
 * partitions that are being opened.
 * Owned by the connection's core loop; partition owners and the storage pool only post to it.
 */
final class FetchTask {
    private static final int MOST_WARMINGS = 8;
    private static final long THROTTLED_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** News without records wait a little for records to travel with. */
    private static final long HOLD_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Exchange exchange;
    private final FetchParameters parameters;
    private final FetchSession session;
    private final boolean isIncremental;
    private final PartitionReader reader;
    private final FetchResponder responder;
    private final int maxBytes;
    private final boolean holdsNews;

    private long deadlineNs;
    private List<FetchEntry> entries;
    private FetchedPartition[] answers;
    private final List<Partition> cold = new ArrayList<>(0);
    private final List<FetchEntry> coldEntries = new ArrayList<>(0);
    private DataWatch watch;
    private Future<?> timer;
    /** When to look again at what a throttle withheld. */
    private Future<?> throttle;
    private boolean isThrottled;
    private int warmings;
    private int errors;
    private boolean isOver;
    private boolean hasNews;
    /** Whether news have been held for long enough. */
    private boolean isHeld;

    /** How to answer: the session, if any, and whether it only wants news. */
    record Mode(FetchSession session, boolean isIncremental, int maxResponseBytes) {}

    FetchTask(Exchange exchange, FetchParameters parameters, Mode mode, List<FetchEntry> entries,
            PartitionReader reader, FetchResponder responder) {
        this.exchange = exchange;
        this.parameters = parameters;
        this.session = mode.session;
        this.isIncremental = mode.isIncremental;
        this.entries = entries;
        this.reader = reader;
        this.responder = responder;
        this.maxBytes = Math.max(0, Math.min(parameters.maxBytes(), mode.maxResponseBytes));
        this.holdsNews = isIncremental && parameters.isFromFollower();
        this.deadlineNs = nowNs()
                + TimeUnit.MILLISECONDS.toNanos(Math.max(0, parameters.maxWaitMs()));
        this.answers = new FetchedPartition[entries.size()];
    }

    EventExecutor loop() {
        return exchange.loop();
    }

    private long nowNs() {
        return exchange.loop().ticker().nanoTime();
    }

    /** Answers as soon as it can, with what there is. */
    void hurry() {
        deadlineNs = nowNs();
        woken();
    }

    /** Looks at every partition, in a session at those that are due; answers, warms or waits. */
    void run() {
        if (isOver) {
            return;
        }
        watch = null;
        if (isIncremental) {
            entries = session.due();
            answers = new FetchedPartition[entries.size()];
        }
        long bytes = gather();
        if (!cold.isEmpty() && warmings++ < MOST_WARMINGS) {
            releaseAnswers();
            warm();
        } else if (isEnough(bytes)) {
            answer();
        } else {
            long[] seen = seenOffsets();
            releaseAnswers();
            await(parameters.minBytes() - bytes, seen);
        }
    }

    private long gather() {
        cold.clear();
        coldEntries.clear();
        errors = 0;
        hasNews = false;
        isThrottled = false;
        long bytes = 0;
        for (int i = 0; i < answers.length; i++) {
            report(entries.get(i));
            boolean isWithheld = reader.withholds(entries.get(i), parameters);
            isThrottled |= isWithheld;
            int left = isWithheld ? 0 : (int) Math.max(0, maxBytes - bytes);
            var limits = new PartitionReader.Limits(exchange.connection(), exchange.version(),
                    parameters, left, bytes == 0 && !isWithheld);
            var answer = reader.read(entries.get(i), limits);
            if (answer == null) {
                cold.add(reader.find(entries.get(i)));
                coldEntries.add(entries.get(i));
                answer = FetchedPartition.failed(entries.get(i).partition(), ErrorCode.KAFKA_STORAGE_ERROR,
                        null);
            }
            if (isError(answer) && !reader.isPremature(entries.get(i), answer, parameters)) {
                errors++;
            }
            answers[i] = answer;
            bytes += answer.records().readableBytes();
            if (isIncremental) {
                watchEntry(entries.get(i), answer, isWithheld);
            }
        }
        return bytes;
    }

    /** What a follower asks for, it has all below: whoever leads is told, once there is a leader to tell. */
    private void report(FetchEntry entry) {
        if (!parameters.isFromFollower() || entry.isReported()) {
            return;
        }
        var partition = reader.find(entry);
        if (partition == null || partition.checkLeader(entry.currentLeaderEpoch()) != ErrorCode.NONE
                || reader.refuses(entry, parameters)) {
            return;
        }
        entry.reported();
        var fetch = new FollowerFetch(parameters.replicaId(), parameters.replicaEpoch(),
                entry.currentLeaderEpoch(), entry.fetchOffset(), entry.lastFetchedEpoch());
        if (partition.owner().inEventLoop()) {
            partition.fetched(fetch);
        } else {
            partition.owner().execute(() -> partition.fetched(fetch));
        }
    }

    /** Whoever has nothing to show rests until the partition calls; whoever cannot show it yet is called too. */
    private void watchEntry(FetchEntry entry, FetchedPartition answer, boolean isWithheld) {
        boolean isNews = entry.isNews(answer);
        hasNews |= isNews && !isError(answer);
        var partition = reader.find(entry);
        if (partition == null || isWithheld) {
            return;
        }
        if (!isNews && entry.fetchOffset() >= endOf(partition, answer)) {
            session.rest(entry);
        }
        if (!isNews || isError(answer)) {
            session.watch(entry, partition, seenOffset(entry, answer));
        }
    }

    private long endOf(Partition partition, FetchedPartition answer) {
        return parameters.readsUncommitted() ? partition.log().logEndOffset()
                : parameters.readsCommittedOnly() ? answer.lastStableOffset() : answer.highWatermark();
    }

    private boolean isEnough(long bytes) {
        boolean isVain = isIncremental ? session.isEmpty() : entries.isEmpty();
        return bytes >= parameters.minBytes() || errors > 0 || isVain || isHeld && hasNews
                || leftNs() <= 0;
    }

    private long leftNs() {
        return deadlineNs - nowNs();
    }

    private static boolean isError(FetchedPartition answer) {
        return answer.errorCode() != ErrorCode.NONE || answer.redirect() != null;
    }

    private void warm() {
        var open = new AtomicInteger(1);
        Runnable done = () -> {
            if (open.decrementAndGet() == 0) {
                exchange.loop().execute(this::run);
            }
        };
        int left = maxBytes;
        for (int i = 0; i < cold.size() && left > 0; i++) {
            var entry = coldEntries.get(i);
            int wanted = Math.min(left, entry.maxBytes());
            left -= wanted;
            if (cold.get(i) != null) {
                open.incrementAndGet();
                cold.get(i).log().coldReads().warm(entry.fetchOffset(), wanted, done);
            }
        }
        done.run();
    }

    /** Beyond this there was nothing to read: the high watermark, or for a follower the end of the log. */
    private long seenOffset(FetchEntry entry, FetchedPartition answer) {
        boolean isAtEnd = parameters.readsUncommitted() && !answer.records().isReadable();
        return isAtEnd ? entry.fetchOffset() : answer.highWatermark();
    }

    private long[] seenOffsets() {
        var seen = new long[answers.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = seenOffset(entries.get(i), answers[i]);
        }
        return seen;
    }

    private void await(long missingBytes, long[] seenOffsets) {
        var waiting = new DataWatch(missingBytes, () -> exchange.loop().execute(this::woken));
        watch = waiting;
        if (timer == null) {
            long delayNs = holdsNews && !isHeld ? Math.min(HOLD_NS, leftNs()) : leftNs();
            timer = exchange.loop().schedule(this::timeUp, Math.max(0, delayNs), TimeUnit.NANOSECONDS);
        }
        if (isThrottled && throttle == null) {
            throttle = exchange.loop().schedule(this::throttleOver,
                    Math.min(THROTTLED_NS, Math.max(0, leftNs())),
                    TimeUnit.NANOSECONDS);
        }
        if (isIncremental) {
            session.await(waiting);
        } else {
            awaitEach(waiting, seenOffsets);
        }
    }

    private void throttleOver() {
        throttle = null;
        woken();
    }

    private void timeUp() {
        timer = null;
        if (holdsNews && !isHeld) {
            isHeld = true;
            session.wantNews();
        }
        woken();
    }

    private void awaitEach(DataWatch waiting, long[] seenOffsets) {
        for (int i = 0; i < entries.size(); i++) {
            var partition = reader.find(entries.get(i));
            if (partition == null) {
                waiting.fire();
            } else if (!isThrottled || !reader.withholds(entries.get(i), parameters)) {
                await(partition, waiting, seenOffsets[i]);
            } // else there may be more, which is not to be sent yet
        }
    }

    private void await(Partition partition, DataWatch waiting, long seenOffset) {
        if (partition.isOpening()) {
            partition.whenOpen(waiting::fire);
        } else if (partition.owner().inEventLoop()) {
            watch(partition, waiting, seenOffset);
        } else {
            partition.owner().execute(() -> watch(partition, waiting, seenOffset));
        }
    }

    private void watch(Partition partition, DataWatch waiting, long seenOffset) {
        if (parameters.readsUncommitted()) {
            partition.watchEnd(waiting, seenOffset);
        } else {
            partition.watch(waiting, seenOffset);
        }
    }

    private void woken() {
        if (watch != null) {
            watch.cancel();
            run();
        }
    }

    private void answer() {
        isOver = true;
        if (timer != null) {
            timer.cancel(false);
        }
        if (throttle != null) {
            throttle.cancel(false);
        }
        if (parameters.isFromFollower()) {
            noteSent();
        }
        var additions = parameters.readsCommittedOnly()
                ? AbortedTransactions.addTo(answers, entries, reader)
                : null;
        if (additions == null) {
            respond();
        } else {
            additions.thenRun(() -> exchange.loop().execute(this::respond));
        }
    }

    private void noteSent() {
        for (int i = 0; i < answers.length; i++) {
            int bytes = answers[i].records().readableBytes();
            if (bytes > 0) {
                reader.sent(entries.get(i), parameters, bytes);
            }
        }
    }

    private void respond() {
        responder.respond(exchange, session, isIncremental, entries, answers);
    }

    private void releaseAnswers() {
        for (int i = 0; i < answers.length; i++) {
            answers[i].records().release();
            answers[i] = null;
        }
    }
}
