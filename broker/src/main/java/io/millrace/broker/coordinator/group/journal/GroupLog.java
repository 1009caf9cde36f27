package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** The log of a led partition as its coordinator sees it: called, and calling back, on the partition's owner. */
public interface GroupLog {

    /** Told once how an append ended: {@link ErrorCode#NONE} when committed. */
    @FunctionalInterface
    interface Outcome {
        void settled(ErrorCode error);
    }

    /**
     * Appends the records as one batch. The outcome may come before this returns; outcomes come in the order of the
     * appends. Throws {@link ApiException} if nothing was appended; the outcome is not called then.
     */
    void append(List<LogRecord> records, Outcome outcome);
}
