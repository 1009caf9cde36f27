package io.millrace.broker.log;

import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.producer.SnapshotFiles;
import io.millrace.broker.log.recovery.RecoveryMark;
import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.SegmentCut;
import io.millrace.broker.log.segment.SegmentScan;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Cuts one log back to what its leader has. The log's owner calls; files are changed on the storage thread that works
 * ahead, and appends are held meanwhile.
 * <pre>
 *   |-- kept ------|~~ zeroed ~~~|  |~~ segment gone ~~|  |~~ segment gone ~~|
 *                  ^ new end: readers see it first, then bytes go, from the last segment down
 * </pre>
 */
public final class LogCut {

    /** What else works on the log's files, and what is written down about them. */
    interface Surroundings {
        /** Ends a cleaning that is under way; once the result completes there is none until {@link #allowCleaning}. */
        CompletableFuture<Void> endCleaning();

        void allowCleaning();

        /** Lowers recovery point and end of compaction durably to an offset if they are above; on a storage thread. */
        CompletableFuture<Void> lower(long offset);
    }

    private final PartitionLog log;
    private final AppendRoom room;
    private final SegmentList segments;
    private final Turns turns;
    private Surroundings surroundings;
    /** Published, but not cleared for an error. */
    private Work unfinished;

    /** Storage threads, and the turn on this log's files, which this one takes with nothing else at work on them. */
    record Turns(Executor owner, StoragePool pool, SerialWork fileWork) {

        void run(SerialWork.Task task, Consumer<IOException> onError, Runnable then) {
            pool.executeAhead(() -> fileWork.addAsync(() -> {
                var done = new CompletableFuture<Void>();
                pool.executeAhead(() -> {
                    try {
                        task.run();
                        owner.execute(then);
                    } catch (IOException e) {
                        owner.execute(() -> onError.accept(e));
                    } finally {
                        done.complete(null);
                    }
                });
                return done;
            }));
        }
    }

    /** The cut segment's old mapping, null if it goes on to be used, reaches beyond the end of the sealed file. */
    private record Work(SegmentCut cut, List<Segment> gone, MappedRegion oldMapping) {}

    LogCut(PartitionLog log, AppendRoom room, SegmentList segments, Turns turns) {
        this.log = log;
        this.room = room;
        this.segments = segments;
        this.turns = turns;
    }

    /** Set once, before the log is used. */
    void surroundings(Surroundings ofThisLog) {
        surroundings = ofThisLog;
    }

    /**
     * Takes back what was appended at or above an offset, and in any case whole batches. The listener is told when
     * appends may go on; nothing that was cut comes back after a crash.
     */
    public void truncateTo(long offset, RoomListener listener) {
        if (offset < segments.first().baseOffset()) {
            restartAt(offset, listener);
        } else if (offset < log.logEndOffset() || unfinished != null) {
            hold(() -> find(offset, listener));
        } else {
            log.epochs().truncateTo(offset);
            listener.onRoom();
        }
    }

    /**
     * Once the tail does not change: keeps appends out, ends a cleaning, which knows what is to be cut and drops older
     * records for it, then runs the task.
     */
    public void hold(Runnable task) {
        room.whenUnchanged(() -> {
            room.hold();
            surroundings.endCleaning().thenRunAsync(task, turns.owner);
        });
    }

    /** Lets appends go on after {@link #hold}. */
    public void release() {
        surroundings.allowCleaning();
        room.resume();
    }

    /** After {@link #hold}, for good: another log takes over, and with it whatever waits for this one. */
    public void giveUp() {
        room.giveUp();
    }

    private void find(long offset, RoomListener listener) {
        if (unfinished != null) {
            clear(unfinished, listener);
            return;
        }
        var holder = segments.floor(offset);
        var found = new SegmentCut[1];
        turns.run(() -> found[0] = SegmentCut.find(holder, offset, log.settings()),
                error -> failed(error, listener), () -> publish(found[0], listener));
    }

    private void publish(SegmentCut cut, RoomListener listener) {
        if (!segments.all().contains(cut.segment())) {
            find(cut.endOffset(), listener);
            return;
        }
        var gone = segments.removeBehind(cut.segment());
        cut.publish();
        log.lowerEnd(cut.endOffset());
        clear(new Work(cut, gone, gone.isEmpty() ? null : cut.segment().detach()), listener);
    }

    private void clear(Work work, RoomListener listener) {
        unfinished = new Work(work.cut, work.gone, null);
        var producers = new ProducerState();
        long endOffset = work.cut.endOffset();
        lower(endOffset, listener, () -> turns.run(() -> {
            RecoveryMark.remove(log.folder());
            delete(work.gone);
            if (work.oldMapping != null) {
                work.oldMapping.release();
            }
            work.cut.clear();
            SnapshotFiles.removeAbove(log.folder(), endOffset);
            replay(producers, endOffset);
        }, error -> failed(error, listener), () -> {
            unfinished = null;
            log.producers(producers);
            resume(listener);
        }));
    }

    /** Before anything goes. */
    private void lower(long offset, RoomListener listener, Runnable then) {
        surroundings.lower(offset).whenComplete((done, error) -> turns.owner.execute(() -> {
            if (error == null) {
                then.run();
            } else {
                failed(new IOException("The checkpoint of " + log.folder() + " cannot be lowered", error),
                        listener);
            }
        }));
    }

    private void resume(RoomListener listener) {
        surroundings.allowCleaning();
        room.resume();
        listener.onRoom();
    }

    /** From the last down, so that a crash in between leaves a log without a gap. */
    private static void delete(List<Segment> gone) throws IOException {
        for (int i = gone.size() - 1; i >= 0; i--) {
            LogFolder.deleteSegment(gone.get(i).folder(), gone.get(i).baseOffset());
            var mapping = gone.get(i).detach();
            if (mapping != null) {
                mapping.release();
            }
        }
    }

    private void replay(ProducerState producers, long endOffset) throws IOException {
        var snapshot = SnapshotFiles.newestUpTo(log.folder(), endOffset);
        snapshot.ifPresent(producers::restore);
        long from = snapshot.map(ProducerSnapshot::offset).orElse(log.logStartOffset());
        var scan = new SegmentScan();
        for (var segment : segments.all()) {
            if (segment.endOffset() > from) {
                scan.scan(segment.file(), segment.baseOffset(), EpochHistory.NO_EPOCH, (batch, position) -> {
                    if (batch.baseOffset() >= from) {
                        producers.update(batch, batch.baseOffset());
                    }
                });
            }
        }
    }

    /** Takes everything out; the log begins and ends at this offset then. */
    public void restartAt(long offset, RoomListener listener) {
        hold(() -> {
            var old = segments.all();
            var fresh = new Segment[1];
            lower(Math.min(offset, log.logStartOffset()), listener, () -> turns.run(() -> {
                RecoveryMark.remove(log.folder());
                delete(old);
                SnapshotFiles.removeAbove(log.folder(), -1);
                fresh[0] = Segment.create(log.folder(), offset);
            }, error -> failed(error, listener), () -> {
                unfinished = null;
                segments.replaceAll(fresh[0]);
                log.beginAnew(offset);
                log.producers(new ProducerState());
                resume(listener);
            }));
        });
    }

    private void failed(IOException error, RoomListener listener) {
        surroundings.allowCleaning();
        room.resume();
        listener.onStorageError(error);
    }
}
