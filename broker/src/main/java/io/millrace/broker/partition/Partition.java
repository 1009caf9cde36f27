package io.millrace.broker.partition;

import io.millrace.broker.log.LogFlush;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.watch.DataWatch;
import io.millrace.broker.partition.watch.Observer;
import io.millrace.broker.partition.watch.Watches;
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
    private final ReplicaContext context;
    private final Watches watches = new Watches();
    private final List<Runnable> openWaiters = new ArrayList<>();

    private AppendQueue appends;
    private Leadership leadership;
    private Following following;
    private volatile boolean isSettled;
    private long seenLogStart;
    private boolean isFailed;
    private volatile PartitionLog log;
    private volatile Role role = new Role.Offline("its log is being opened");
    private volatile PartitionSettings settings;

    Partition(String topic, Uuid topicId, int index, EventExecutor owner, PartitionSettings settings,
            ReplicaContext context) {
        this.context = context;
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
        return log.highWatermark();
    }

    /** Offset below which no transaction is open. */
    public long lastStableOffset() {
        return log.lastStableOffset();
    }

    /** Checks that a request about this partition is sent to the right leader at the right epoch (KIP-320). */
    public ErrorCode checkLeader(int requestEpoch) {
        var error = role.checkLeader(requestEpoch);
        return error == ErrorCode.KAFKA_STORAGE_ERROR && !isSettled ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : error;
    }

    /** The same for a client's request: no client is served while this broker may have been replaced unawares. */
    public ErrorCode checkClient(int requestEpoch) {
        var error = checkLeader(requestEpoch);
        return error == ErrorCode.NONE && !mayServe() ? ErrorCode.NOT_LEADER_OR_FOLLOWER : error;
    }

    /** The same for a consumer that may read a follower, as far as that knows what is committed (KIP-392). */
    public ErrorCode checkReplica(int requestEpoch) {
        var error = checkClient(requestEpoch);
        boolean follows = error == ErrorCode.NOT_LEADER_OR_FOLLOWER && role instanceof Role.Follows
                && isSettled && mayServe();
        return follows ? ErrorCode.NONE : error;
    }

    boolean mayServe() {
        return context.mayServe().getAsBoolean();
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
            append.fail(error, role instanceof Role.Offline offline ? offline.reason() : null);
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

    /** Lets a consumer's fetch wait for data beyond the high watermark that it has seen. On the owner. */
    public void watch(DataWatch watch, long seenHighWatermark) {
        if (log == null || highWatermark() != seenHighWatermark || role instanceof Role.Offline) {
            watch.fire();
        } else {
            watches.awaitCommitted(watch);
        }
    }

    /** Lets a follower's fetch wait for data beyond the end of the log that it has seen. On the owner. */
    public void watchEnd(DataWatch watch, long seenEndOffset) {
        if (log == null || log.logEndOffset() != seenEndOffset || !isLeader()) {
            watch.fire();
        } else {
            watches.awaitAppended(watch);
        }
    }

    /** Tells a standing reader of all that happens since it saw this end, of log or committed. On the owner. */
    public void observe(Observer observer, boolean seesUncommitted, long seenOffset) {
        watches.add(observer);
        if (isSettled && (log == null || role instanceof Role.Offline
                || seenOffset != (seesUncommitted ? log.logEndOffset() : highWatermark()))) {
            observer.changed();
        }
    }

    /** A follower's fetch has arrived. On the owner. */
    public void fetched(FollowerFetch fetch) {
        if (leadership != null) {
            leadership.fetched(fetch);
        }
    }

    void opened(PartitionLog openLog, InstantSource clock) {
        log = openLog;
        appends = new AppendQueue(this, openLog, clock);
        openLog.flush().listen(new DiskWatch());
    }

    /** Another log with the same records takes the place of this one, which is held. On the owner. */
    public void moveTo(PartitionLog moved) {
        log.flush().listen(LogFlush.Listener.NONE);
        log = moved;
        if (following != null) {
            following.moveTo(moved);
        }
        if (leadership != null) {
            leadership.moveTo(moved);
        }
        appends.moveTo(moved);
        moved.flush().listen(new DiskWatch());
    }

    boolean canCommit() {
        return leadership != null && leadership.canCommit();
    }

    void appending() {
        leadership.appending();
    }

    /** All in-sync replicas have what lies below this offset. */
    void commit(long offset) {
        log.advanceHighWatermark(offset);
        watches.committed();
        appends.settle();
    }

    /** From time to time: followers that lag, a log that was cut at its start. */
    void check() {
        if (log != null && log.logStartOffset() != seenLogStart) {
            seenLogStart = log.logStartOffset();
            watches.changed();
        }
        if (leadership != null) {
            leadership.check();
        }
    }

    void change(PartitionSettings changed) {
        settings = changed;
        if (log != null) {
            log.changeSettings(changed.log());
        }
    }

    void openFailed(String reason) {
        role = new Role.Offline(reason);
        watches.changed();
        settle();
    }

    /** Takes the role that the image gives this broker. On the owner, with the log open. */
    void apply(PartitionImage image) {
        if (isFailed || log == null) {
            return; // it cannot be used, and stays offline
        }
        if (isSettled && image.leaderEpoch() < role.epoch()) {
            return;
        }
        boolean leads = image.leader() == context.brokerId();
        boolean isNew = !isSettled || role.epoch() != image.leaderEpoch() || leads != isLeader()
                || role instanceof Role.Follows follows && follows.leaderId() != image.leader();
        if (!isNew) {
            if (leadership != null) {
                leadership.commit(image);
            }
            return;
        }
        if (leads && leadership != null) {
            lead(image); // what waits for replicas goes on to wait
        } else {
            leave(null, () -> take(image, leads));
        }
    }

    private void take(PartitionImage image, boolean leads) {
        if (leads) {
            lead(image);
            context.leaderships().leads(this);
            return;
        }
        role = new Role.Follows(image.leader(), image.leaderEpoch());
        if (image.hasLeader()) {
            following = new Following(this, image.leader(), image.leaderEpoch());
            context.followings().follows(this, following);
        }
        watches.changed();
        settle();
    }

    private void lead(PartitionImage image) {
        if (leadership != null) {
            leadership.end();
        }
        log.epochs().assign(image.leaderEpoch(), log.logEndOffset());
        leadership = new Leadership(this, context, image);
        role = new Role.Leads(image.leaderEpoch());
        leadership.advance();
        watches.changed();
        settle();
    }

    /** Ends the role; a cut of the log that is under way ends first. Until then the old epoch refuses appends. */
    private void leave(String reason, Runnable next) {
        boolean led = leadership != null;
        if (led) {
            role = new Role.Follows(PartitionImage.NO_LEADER, role.epoch());
            leadership.end();
            leadership = null;
            context.leaderships().resigns(this);
        }
        if (appends != null) {
            appends.failAll(ErrorCode.NOT_LEADER_OR_FOLLOWER, reason);
        }
        var followed = following;
        following = null;
        if (followed == null) {
            next.run();
        } else {
            context.followings().stops(this, followed);
            followed.end(next);
        }
    }

    /** The topic is gone, or this broker no longer holds a replica. On the owner. */
    void retire(String reason) {
        leave(reason, () -> {
            role = new Role.Follows(PartitionImage.NO_LEADER, role.epoch());
            watches.changed();
            settle();
        });
    }

    private void settle() {
        if (!isSettled) {
            isSettled = true;
            openWaiters.forEach(Runnable::run);
            openWaiters.clear();
        }
    }

    private final class DiskWatch implements LogFlush.Listener {
        @Override
        public void onForced() {
            if (leadership != null) {
                leadership.advance();
            }
            appends.settle();
        }

        @Override
        public void onFailed(IOException cause) {
            isFailed = true;
            appends.failAll(ErrorCode.KAFKA_STORAGE_ERROR,
                    "its log directory is offline: " + cause.getMessage());
            leave(null, () -> {});
            context.leaderships().failed(Partition.this);
            role = new Role.Offline("its log directory is offline: " + cause.getMessage());
            watches.changed();
            settle();
        }
    }

    /** The log has grown by this much. */
    void grown(long bytes) {
        watches.grown(bytes);
        if (leadership != null) {
            leadership.advance();
        }
    }

    @Override
    public String toString() {
        return topic + "-" + index;
    }
}
