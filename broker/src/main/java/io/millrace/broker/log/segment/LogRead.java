package io.millrace.broker.log.segment;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a read found. The receiver owns the reference to {@code records}, which is null unless there is data.
 */
public record LogRead(Status status, ByteBuf records) {

    /** What the reader does next. */
    public enum Status {
        /** Use the records, which may be none. */
        DATA,
        /** Call {@code ColdReads.warm}, then read again. */
        COLD,
        /** The offset is not in the log. */
        OUT_OF_RANGE,
        /** The bytes cannot be read back or make no sense. */
        STORAGE_ERROR
    }

    public static final LogRead EMPTY = new LogRead(Status.DATA, Unpooled.EMPTY_BUFFER);
    public static final LogRead COLD = new LogRead(Status.COLD, null);
    public static final LogRead OUT_OF_RANGE = new LogRead(Status.OUT_OF_RANGE, null);
    static final LogRead STORAGE_ERROR = new LogRead(Status.STORAGE_ERROR, null);

    static LogRead of(ByteBuf records) {
        return new LogRead(Status.DATA, records);
    }
}
