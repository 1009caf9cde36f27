package io.millrace.broker.log;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.segment.AppendWindow;
import io.millrace.broker.log.segment.Segment;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for room at the tail of one log, and the one change of that tail that may be under way. The log's
 * owner calls everything; the blocking part of a change runs on the storage thread that works ahead.
 */
final class AppendRoom {
    private static final Logger LOG = LoggerFactory.getLogger(AppendRoom.class);

    /** The part of a change that blocks, and the segment that it leaves as the active one. */
    interface TailChange {
        Segment run() throws IOException;
    }

    /** What the owner does with a changed tail. */
    interface TailListener {
        void onTail(Segment active);
    }

    private final PartitionLog log;
    private final Executor owner;
    private final StoragePool pool;
    private final Disk disk;
    private final AppendWindow window;
    private final ArrayDeque<RoomListener> waiting = new ArrayDeque<>();
    private final Runnable workAhead = this::workAhead;
    private volatile boolean isWorkingAhead;
    private boolean isChanging;
    private final ArrayDeque<Runnable> afterChange = new ArrayDeque<>();
    private int wantedBytes;
    private long wantedTimestampMs = RecordBatch.NO_TIMESTAMP;

    AppendRoom(PartitionLog log, Executor owner, LogResources resources, Disk disk) {
        this.log = log;
        this.owner = owner;
        this.pool = resources.pool();
        this.disk = disk;
        this.window = new AppendWindow(resources.budget(), disk);
    }

    /** Whether the tail is being changed, so that nothing may be appended. */
    boolean isChanging() {
        return isChanging;
    }

    void wait(int bytes, long timestampMs, RoomListener listener) {
        waiting.add(listener);
        wantedBytes = Math.max(wantedBytes, bytes);
        wantedTimestampMs = Math.max(wantedTimestampMs, timestampMs);
        if (!isChanging) {
            makeRoom();
        }
    }

    /** Starts a new segment at an offset, then tells the listener. No change may be under way. */
    void roll(long nextOffset, RoomListener listener) {
        waiting.add(listener);
        change(() -> Segment.create(log.folder(), nextOffset), log::onTail);
    }

    private void makeRoom() {
        int bytes = wantedBytes;
        var settings = log.settings();
        var active = log.active();
        boolean rolls = log.mustRoll(bytes, wantedTimestampMs);
        long nextOffset = active.endOffset();
        change(() -> {
            var tail = rolls ? Segment.create(log.folder(), nextOffset) : active;
            window.makeRoom(tail, bytes, settings);
            return tail;
        }, log::onTail);
    }

    /**
     * Changes the tail, one change at a time: nothing is appended until {@code then} has run on the owner.
     */
    void change(TailChange blocking, TailListener then) {
        isChanging = true;
        pool.executeAhead(() -> {
            try {
                var tail = blocking.run();
                owner.execute(() -> onChanged(tail, then));
            } catch (IOException | RuntimeException | InternalError e) {
                owner.execute(() -> onError(e instanceof IOException io ? io : new IOException(e)));
            }
        });
    }

    /** Runs something when no change is under way any more: now, or behind the one that is. */
    void whenUnchanged(Runnable next) {
        if (isChanging) {
            afterChange.add(next);
        } else {
            next.run();
        }
    }

    /** Keeps appends out until {@link #resume}; no change may be under way. */
    void hold() {
        isChanging = true;
    }

    void resume() {
        onChanged(log.active(), log::onTail);
    }

    /** Ends what was held; who waits is told nothing, for another log takes over. */
    void giveUp() {
        isChanging = false;
        wantNothing();
        waiting.clear();
        afterChange.clear();
    }

    private void onChanged(Segment tail, TailListener then) {
        isChanging = false;
        then.onTail(tail);
        startNext();
        wantNothing();
        for (int count = waiting.size(); count > 0 && !waiting.isEmpty(); count--) {
            waiting.poll().onRoom();
        }
    }

    private void startNext() {
        while (!isChanging && !afterChange.isEmpty()) {
            afterChange.poll().run();
        }
    }

    private void onError(IOException error) {
        isChanging = false;
        startNext();
        disk.report(error);
        LOG.debug("no room for appends in {}", log.folder(), error);
        fail(error);
    }

    private void wantNothing() {
        wantedBytes = 0;
        wantedTimestampMs = RecordBatch.NO_TIMESTAMP;
    }

    /** Turns everybody away. */
    void fail(IOException error) {
        wantNothing();
        for (int count = waiting.size(); count > 0 && !waiting.isEmpty(); count--) {
            waiting.poll().onStorageError(error);
        }
    }

    /** After an append: has more room made before anybody has to wait for it. Allocates nothing. */
    void appended(MappedRegion region) {
        if (region.writePosition() >= region.askAheadAt() && !isWorkingAhead) {
            isWorkingAhead = true;
            pool.executeAhead(workAhead);
        }
    }

    private void workAhead() {
        var active = log.active();
        try {
            if (active.region() != null) {
                window.makeRoom(active, 0, log.settings());
            }
        } catch (IOException e) {
            disk.report(e);
            LOG.debug("no room ahead in {}", log.folder(), e);
            stopAsking(active.region());
        } finally {
            isWorkingAhead = false;
        }
    }

    /** The next append that finds no room asks again, and is told the error. */
    private static void stopAsking(MappedRegion region) {
        if (region != null) {
            region.askAheadAt(Integer.MAX_VALUE);
        }
    }
}
