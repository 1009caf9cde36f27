package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.GroupLog;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.netty.buffer.ByteBuf;

/** A partition of {@code __consumer_offsets} that this broker leads, as its coordinator uses it. */
public interface OffsetsPartition extends GroupLog {

    /** Takes the records of a log in order. */
    @FunctionalInterface
    interface RecordSink {
        /** A null value is a tombstone. The buffers may be used until this returns. */
        void accept(ByteBuf key, ByteBuf value);
    }

    /** Runs the task on the partition's owner: at once if the caller is there, posted otherwise. */
    void onOwner(Runnable task);

    /** The owner's clock and alarms. */
    Timers timers();

    /**
     * Reads every record from the start of the log to its end as it stands now, each once it is committed, without
     * blocking the owner. Sink and outcome are called there, the outcome last; neither after leadership is lost.
     */
    void replay(RecordSink sink, Outcome outcome);
}
