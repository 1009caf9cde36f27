package io.millrace.protocol.data;

import io.millrace.protocol.wire.LengthPrefix;
import io.millrace.protocol.wire.Uuid;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** Appends the fields of one message in order, in the form of its version. */
final class FieldWriter {
    private static final int CURRENT_LEADER_BYTES = 2 * Integer.BYTES + 1;
    private static final int EPOCH_END_OFFSET_BYTES = Integer.BYTES + Long.BYTES + 1;

    private ByteBuf out;
    private boolean flexible;

    void wrap(ByteBuf out, boolean flexible) {
        this.out = out;
        this.flexible = flexible;
    }

    void int8(int value) {
        out.writeByte(value);
    }

    void int16(int value) {
        out.writeShort(value);
    }

    void int32(int value) {
        out.writeInt(value);
    }

    void int64(long value) {
        out.writeLong(value);
    }

    void uuid(Uuid value) {
        out.writeLong(value.mostSignificantBits());
        out.writeLong(value.leastSignificantBits());
    }

    /** The count of an array, or the length of a byte string; -1 is null. */
    void count(int count) {
        (flexible ? LengthPrefix.COMPACT : LengthPrefix.INT32).write(out, count);
    }

    void text(String value) {
        int length = ByteBufUtil.utf8Bytes(value);
        if (length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("string of " + length + " bytes is too long");
        }
        textPrefix().write(out, length);
        ByteBufUtil.writeUtf8(out, value);
    }

    void nullableText(String value) {
        if (value == null) {
            textPrefix().writeNull(out);
        } else {
            text(value);
        }
    }

    /** Ends a structure, announcing so many tagged fields. */
    void tagCount(int count) {
        if (flexible) {
            Varint.writeUnsigned(out, count);
        }
    }

    void noTags() {
        tagCount(0);
    }

    void tag(int tag, int sizeBytes) {
        Varint.writeUnsigned(out, tag);
        Varint.writeUnsigned(out, sizeBytes);
    }

    void taggedLeader(int tag, CurrentLeader leader) {
        tag(tag, CURRENT_LEADER_BYTES);
        out.writeInt(leader.leaderId());
        out.writeInt(leader.leaderEpoch());
        noTags();
    }

    void taggedEpoch(int tag, EpochEndOffset epoch) {
        tag(tag, EPOCH_END_OFFSET_BYTES);
        out.writeInt(epoch.epoch());
        out.writeLong(epoch.endOffset());
        noTags();
    }

    /** The tagged fields of a whole response: the endpoints under tag 0, unless there are none. */
    void taggedEndpoints(List<NodeEndpoint> endpoints) {
        tagCount(endpoints.isEmpty() ? 0 : 1);
        if (endpoints.isEmpty()) {
            return;
        }
        int sizeBytes = Varint.sizeOfUnsigned(endpoints.size() + 1);
        for (var endpoint : endpoints) {
            int rackBytes = endpoint.rack() == null ? 1 : compactSizeBytes(endpoint.rack());
            sizeBytes += 2 * Integer.BYTES + compactSizeBytes(endpoint.host()) + rackBytes + 1;
        }
        tag(0, sizeBytes);
        count(endpoints.size());
        for (var endpoint : endpoints) {
            int32(endpoint.nodeId());
            text(endpoint.host());
            int32(endpoint.port());
            nullableText(endpoint.rack());
            noTags();
        }
    }

    private static int compactSizeBytes(String text) {
        int length = ByteBufUtil.utf8Bytes(text);
        return Varint.sizeOfUnsigned(length + 1) + length;
    }

    private LengthPrefix textPrefix() {
        return flexible ? LengthPrefix.COMPACT : LengthPrefix.INT16;
    }
}
