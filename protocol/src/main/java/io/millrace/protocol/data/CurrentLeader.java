package io.millrace.protocol.data;

import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.FieldWriter;

/** A hint for a client that asked the wrong broker (KIP-951): -1 where the leader is unknown. */
public record CurrentLeader(int leaderId, int leaderEpoch) {
    private static final int SIZE_BYTES = 2 * Integer.BYTES + 1;

    static CurrentLeader read(FieldReader reader) {
        var leader = new CurrentLeader(reader.int32(), reader.int32());
        reader.skipTags();
        return leader;
    }

    void write(FieldWriter writer, int tag) {
        writer.tag(tag, SIZE_BYTES);
        writer.int32(leaderId);
        writer.int32(leaderEpoch);
        writer.noTags();
    }
}
