package io.millrace.protocol.data;

import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.FieldWriter;

/** The largest leader epoch that a follower and its leader may share, and where it ends in the leader's log (KIP-595). */
public record EpochEndOffset(int epoch, long endOffset) {
    private static final int SIZE_BYTES = Integer.BYTES + Long.BYTES + 1;

    static EpochEndOffset read(FieldReader reader) {
        var end = new EpochEndOffset(reader.int32(), reader.int64());
        reader.skipTags();
        return end;
    }

    void write(FieldWriter writer, int tag) {
        writer.tag(tag, SIZE_BYTES);
        writer.int32(epoch);
        writer.int64(endOffset);
        writer.noTags();
    }
}
