package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * How a transaction ended: the one record of a control batch (KIP-98). Immutable.
 * <pre>
 *   key:   | version 2 = 0 | type 2: 0 abort, 1 commit |
 *   value: | version 2 = 0 | coordinator epoch 4 |
 * </pre>
 */
public record EndMarker(boolean isCommit, int coordinatorEpoch) {
    private static final int TYPE_AT = 2;
    private static final int KEY_BYTES = 4;
    private static final int EPOCH_AT = 2;
    private static final int VALUE_BYTES = 6;
    private static final short ABORT = 0;
    private static final short COMMIT = 1;

    /** The marker in a whole control batch; null if it holds another control record, or compaction has emptied it. */
    public static EndMarker read(RecordBatch batch) {
        try (var records = new RecordCursor(UnpooledByteBufAllocator.DEFAULT)) {
            if (!records.open(batch, RecordLimits.NONE).next() || records.keyLength() < KEY_BYTES) {
                return null;
            }
            var bytes = records.buffer();
            short type = bytes.getShort(records.keyIndex() + TYPE_AT);
            if (type != ABORT && type != COMMIT) {
                return null;
            }
            int epoch = records.valueLength() < VALUE_BYTES ? -1
                    : bytes.getInt(records.valueIndex() + EPOCH_AT);
            return new EndMarker(type == COMMIT, epoch);
        }
    }

    /** Appends the record that says so to a control batch. */
    public void appendTo(BatchBuilder batch, long timestampMs, ByteBuf scratch) {
        scratch.clear().writeShort(0).writeShort(isCommit ? COMMIT : ABORT).writeShort(0)
                .writeInt(coordinatorEpoch);
        batch.append(timestampMs, scratch.slice(0, KEY_BYTES), scratch.slice(KEY_BYTES, VALUE_BYTES));
    }
}
