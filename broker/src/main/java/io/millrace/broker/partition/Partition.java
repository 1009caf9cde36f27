package io.millrace.broker.partition;

import io.millrace.broker.log.DiskListener;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * One partition on this broker: its log, its role, its high watermark and the fetches that wait for data.
 * Owned by one core loop; what other threads may read is published as volatile positions and roles.
 */
public final class Partition {
    private final String topic;
    private final Uuid topicId;
    private final int index;
    private final EventExecutor owner;
    private final List<DataWatch> watches = new ArrayList<>();
    private final List<Runnable> openWaiters = new ArrayList<>();

    private AppendQueue appends;
    private volatile boolean isSettled;
    private long hiddenBytes;
    private boolean isFailed;
    private volatile PartitionLog log;
    private volatile Role role = new Role.Offline("its log is being opened");
    private volatile long highWatermark;
    private volatile PartitionSettings settings;

    Partition(String topic, Uuid topicId, int index, EventExecutor owner, PartitionSettings settings) {
        this.settings = settings;
        this.topic = topic;
        this.topicId = topicId;
        this.index = index;
        this.owner = owner;
    }

    public String topic() {
        return topic;
    }

    public Uuid topicId() {
        return topicId;
    }

    public int index() {
        return index;
    }

    /** The core loop that runs everything that changes this partition. */
    public EventExecutor owner() {
        return owner;
    }

    /** Null until the log is open. Its reads are for any thread. */
    public PartitionLog log() {
        return log;
    }

    public PartitionSettings settings() {
        return settings;
    }

    public Role role() {
        return role;
    }

    public boolean isLeader() {
        return role instanceof Role.Leads;
    }

    /** Offset below which every in-sync replica has the records: what consumers may read. */
    public long highWatermark() {
        return highWatermark;
    }

    /** Offset below which no transaction is open. */
    public long lastStableOffset() {
        return log.lastStableOffset();
    }

    /** Checks that a request about this partition is sent to the right leader at the right epoch (KIP-320). */
    public ErrorCode checkLeader(int requestEpoch) {
        var current = role;
        if (current instanceof Role.Offline) {
            return isSettled ? ErrorCode.KAFKA_STORAGE_ERROR : ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        if (requestEpoch >= 0 && requestEpoch != current.epoch()) {
            return requestEpoch < current.epoch()
                    ? ErrorCode.FENCED_LEADER_EPOCH
                    : ErrorCode.UNKNOWN_LEADER_EPOCH;
        }
        return current instanceof Role.Leads ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** Whether its log is still being opened, so that nobody knows yet what this broker can do with it. */
    public boolean isOpening() {
        return !isSettled;
    }

    /** Runs the task on the owner, once the log is open or has failed to open. Any thread. */
    public void whenOpen(Runnable task) {
        if (!owner.inEventLoop()) {
            owner.execute(() -> whenOpen(task));
        } else if (isSettled) {
            task.run();
        } else {
            openWaiters.add(task);
        }
    }

    /** Appends a checked batch; the outcome goes to its listener. On the owner. */
    public void append(Append append) {
        if (append.isDone()) {
            return;
        }
        if (!isSettled) {
            openWaiters.add(() -> append(append));
            return;
        }
        var error = checkLeader(-1);
        if (error != ErrorCode.NONE) {
            append.fail(error, error == ErrorCode.KAFKA_STORAGE_ERROR ? offlineReason() : null);
            return;
        }
        appends.add(append);
    }

    /** The final bytes of an append that was held: takes them over and writes it when its turn comes. Any thread. */
    public void resume(Append append, ByteBuf records) {
        owner.execute(() -> {
            if (append.isDone()) {
                records.release();
                return;
            }
            append.resume(records);
            drain();
        });
    }

    /** An append that was held comes to nothing; those behind it go on. Any thread. */
    public void refuse(Append append, ErrorCode error, String message) {
        owner.execute(() -> {
            if (!append.isDone()) {
                append.fail(error, message);
                drain();
            }
        });
    }

    private void drain() {
        if (appends != null) {
            appends.drain();
        }
    }

    private String offlineReason() {
        return role instanceof Role.Offline offline ? offline.reason() : null;
    }

    /** Lets a fetch wait for data beyond the high watermark that it has seen. On the owner. */
    public void watch(DataWatch watch, long seenHighWatermark) {
        if (highWatermark != seenHighWatermark || !isLeader()) {
            watch.fire();
            return;
        }
        watches.removeIf(DataWatch::isDone);
        watches.add(watch);
    }

    /** Takes the log; the task runs on the owner when the log's disk fails. */
    void opened(PartitionLog openLog, InstantSource clock, Runnable whenFailed) {
        log = openLog;
        appends = new AppendQueue(this, openLog, clock);
        advanceHighWatermark(openLog.logEndOffset());
        openLog.flush().listen(new DiskWatch(whenFailed));
    }

    private void advanceHighWatermark(long offset) {
        log.advanceHighWatermark(offset);
        highWatermark = offset;
    }

    void change(PartitionSettings changed) {
        settings = changed;
        if (log != null) {
            log.changeSettings(changed.log());
        }
    }

    void openFailed(String reason) {
        role = new Role.Offline(reason);
        settle();
    }

    /** Takes the role that the image gives this broker. On the owner, with the log open. */
    void apply(PartitionImage image, int brokerId) {
        if (isFailed || log == null) {
            return; // it cannot be used, and stays offline
        }
        boolean leads = image.leader() == brokerId;
        boolean isNewEpoch = !isSettled || role.epoch() != image.leaderEpoch();
        if (leads && isNewEpoch) {
            log.epochs().assign(image.leaderEpoch(), log.logEndOffset());
        }
        if (isNewEpoch || leads != isLeader()) {
            role = leads
                    ? new Role.Leads(image.leaderEpoch())
                    : new Role.Follows(image.leader(), image.leaderEpoch());
            if (!leads) {
                appends.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            }
            wakeAll();
        }
        settle();
    }

    /** The topic is gone, or this broker no longer holds a replica. On the owner. */
    void retire(String reason) {
        role = new Role.Follows(PartitionImage.NO_LEADER, role.epoch());
        if (appends != null) {
            appends.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER, reason);
        }
        wakeAll();
        settle();
    }

    private void settle() {
        if (!isSettled) {
            isSettled = true;
            openWaiters.forEach(Runnable::run);
            openWaiters.clear();
        }
    }

    private final class DiskWatch implements DiskListener {
        private final Runnable whenFailed;

        DiskWatch(Runnable whenFailed) {
            this.whenFailed = whenFailed;
        }

        @Override
        public void onForced() {
            grown(0);
            appends.settle();
        }

        @Override
        public void onFailed(IOException cause) {
            isFailed = true;
            whenFailed.run();
            role = new Role.Offline("its log directory is offline: " + cause.getMessage());
            appends.failAll(ErrorCode.KAFKA_STORAGE_ERROR, offlineReason());
            wakeAll();
            settle();
        }
    }

    /** The log has grown by this much; what its flush policy lets be seen, a single in-sync replica has. */
    void grown(long bytes) {
        hiddenBytes += bytes;
        long settledOffset = log.flush().settledOffset();
        if (settledOffset > highWatermark) {
            advanceHighWatermark(settledOffset);
            tellWatches(hiddenBytes);
            hiddenBytes = 0;
        }
    }

    private void tellWatches(long bytes) {
        if (watches.isEmpty()) {
            return;
        }
        for (int i = watches.size() - 1; i >= 0; i--) {
            var watch = watches.get(i);
            watch.added(bytes);
            if (watch.isDone()) {
                watches.remove(i);
            }
        }
    }

    private void wakeAll() {
        watches.forEach(DataWatch::fire);
        watches.clear();
    }

    @Override
    public String toString() {
        return topic + "-" + index;
    }
}
