package io.millrace.protocol.record;

import static io.millrace.protocol.record.RecordBatch.NO_TIMESTAMP;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Checks what a producer sent for one partition before it is appended, and finds the batch's real largest timestamp.
 * The outcome is read from the validator until the next check; a good batch allocates nothing. Owned by one core loop.
 */
public final class BatchValidator implements AutoCloseable {
    /** Later bad records of a batch are not reported, so that a response stays small. */
    private static final int MOST_REPORTED_RECORDS = 100;

    private final RecordBatch batch = new RecordBatch();
    private final RecordCursor records;
    private final PlainRecords plainRecords = new PlainRecords();
    private final int[] rejectedIndexes = new int[MOST_REPORTED_RECORDS];
    private final String[] rejectedMessages = new String[MOST_REPORTED_RECORDS];
    private int rejectedCount;
    private ErrorCode error = ErrorCode.NONE;
    private String message;
    private long maxTimestamp;
    private int offsetDeltaOfMaxTimestamp;
    private long expandedBytes;

    public BatchValidator(ByteBufAllocator allocator) {
        records = new RecordCursor(allocator);
    }

    /**
     * Checks the {@code records} field of one partition: {@code lengthBytes} from {@code index}. NONE means that the
     * batch may be appended once {@link RecordBatch#setMaxTimestamp} has been given {@link #maxTimestamp}.
     */
    public ErrorCode check(ByteBuf buffer, int index, int lengthBytes, BatchRules rules, long nowMs) {
        error = ErrorCode.NONE;
        message = null;
        rejectedCount = 0;
        maxTimestamp = NO_TIMESTAMP;
        offsetDeltaOfMaxTimestamp = 0;
        expandedBytes = 0;
        batch.wrap(buffer, index);
        if (isShapeGood(lengthBytes) && isHeaderGood()) {
            checkRecords(rules, nowMs);
        }
        return error;
    }

    private boolean isShapeGood(int lengthBytes) {
        if (lengthBytes < RecordBatch.MAGIC_AT + 1) {
            return fail(ErrorCode.INVALID_RECORD, "there must be exactly one record batch per partition");
        }
        if (batch.magic() != RecordBatch.MAGIC) {
            boolean isKnown = batch.magic() >= 0 && batch.magic() < RecordBatch.MAGIC;
            return fail(isKnown ? ErrorCode.INVALID_RECORD : ErrorCode.CORRUPT_MESSAGE,
                    "record format v" + batch.magic() + " is not accepted, only v2");
        }
        if (batch.batchLength() < RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES) {
            return fail(ErrorCode.CORRUPT_MESSAGE, "record batch is shorter than its header");
        }
        long announcedBytes = RecordBatch.PREFIX_BYTES + (long) batch.batchLength();
        if (announcedBytes != lengthBytes) {
            boolean isDamaged = announcedBytes < lengthBytes && !batch.isCrcValid();
            return fail(isDamaged ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.INVALID_RECORD,
                    "there must be exactly one record batch per partition: " + lengthBytes
                            + " bytes, of which the first batch takes " + announcedBytes);
        }
        if (batch.baseOffset() != 0) {
            return fail(ErrorCode.INVALID_RECORD, "base offset must be 0, not " + batch.baseOffset());
        }
        if (!batch.isCrcValid()) {
            return fail(ErrorCode.CORRUPT_MESSAGE, "record batch does not match its CRC");
        }
        return true;
    }

    private boolean isHeaderGood() {
        if (batch.isControl()) {
            return fail(ErrorCode.INVALID_RECORD, "clients may not write control batches");
        }
        if (!Compression.isKnown(batch.compressionId())) {
            return fail(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "unknown compression codec " + batch.compressionId());
        }
        int count = batch.recordCount();
        if (count <= 0 || count >= RecordBatch.MOST_RECORDS || batch.lastOffsetDelta() != count - 1) {
            return fail(ErrorCode.INVALID_RECORD,
                    count + " records with a last offset delta of " + batch.lastOffsetDelta());
        }
        if (batch.hasDeleteHorizon()) {
            return fail(ErrorCode.INVALID_RECORD, "clients may not set a delete horizon");
        }
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return fail(ErrorCode.INVALID_TIMESTAMP, "clients may not set LogAppendTime");
        }
        return isProducerGood();
    }

    private boolean isProducerGood() {
        if (batch.hasProducerId() && (batch.baseSequence() < 0 || batch.producerEpoch() < 0)) {
            return fail(ErrorCode.INVALID_RECORD, "producer " + batch.producerId() + " sent epoch "
                    + batch.producerEpoch() + " and sequence " + batch.baseSequence());
        }
        if (batch.isTransactional() && !batch.hasProducerId()) {
            return fail(ErrorCode.INVALID_RECORD, "transactional batch without a producer id");
        }
        return true;
    }

    private void checkRecords(BatchRules rules, long nowMs) {
        try {
            records.open(batch, rules.limits());
            walk(rules, nowMs);
        } catch (MalformedMessageException e) {
            maxTimestamp = NO_TIMESTAMP;
            fail(ErrorCode.INVALID_RECORD, "record " + records.index() + ": " + e.getMessage());
            rejectedCount = 0;
            reject(Math.max(records.index(), 0), ErrorCode.INVALID_RECORD, e.getMessage());
        } catch (ApiException e) {
            fail(e.errorCode(), e.getMessage());
        } finally {
            records.trim();
        }
    }

    private void walk(BatchRules rules, long nowMs) {
        boolean isStampedByProducer = rules.timestampType() == TimestampType.CREATE_TIME;
        long earliest = isStampedByProducer ? nowMs - rules.timestampBeforeMaxMs() : Long.MIN_VALUE;
        long latest = isStampedByProducer ? saturatedSum(nowMs, rules.timestampAfterMaxMs()) : Long.MAX_VALUE;
        boolean isKeyRequired = rules.isKeyRequired();
        if (batch.compressionId() == Compression.NONE.id()) {
            passPlainRecords(isKeyRequired, earliest, latest);
        }
        while (records.next()) {
            expandedBytes += records.sizeInBytes();
            if (records.offsetDelta() != records.index()) {
                throw new MalformedMessageException("offset delta is " + records.offsetDelta());
            }
            long timestamp = records.timestamp();
            if (timestamp > maxTimestamp) {
                maxTimestamp = timestamp;
                offsetDeltaOfMaxTimestamp = records.index();
            }
            if (isKeyRequired && !records.hasKey()) {
                reject(records.index(), ErrorCode.INVALID_RECORD,
                        "a compacted topic takes no record without a key");
            } else if ((timestamp < earliest || timestamp > latest) && timestamp != NO_TIMESTAMP) {
                rejectTimestamp(timestamp, earliest, latest);
            }
        }
    }

    /** The first records, as far as they are nothing special: nearly always all of them. */
    private void passPlainRecords(boolean isKeyRequired, long earliest, long latest) {
        long base = batch.baseTimestamp();
        boolean isOrdinary = base >= 0 && base <= Long.MAX_VALUE - Short.MAX_VALUE;
        if (!isOrdinary) {
            return;
        }
        plainRecords.pass(batch, isKeyRequired, Math.max(earliest, 0) - base, latest - base);
        if (plainRecords.count() > 0) {
            records.skipTo(plainRecords.count(), plainRecords.position());
            maxTimestamp = base + plainRecords.largestDelta();
            offsetDeltaOfMaxTimestamp = plainRecords.largestDeltaIndex();
        }
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < a ? Long.MAX_VALUE : sum;
    }

    private void rejectTimestamp(long timestamp, long earliest, long latest) {
        reject(records.index(), ErrorCode.INVALID_TIMESTAMP,
                "timestamp " + timestamp + " is not between " + earliest + " and " + latest);
    }

    /** A bad timestamp names the whole batch's error even when other records fail for other reasons, as in Kafka. */
    private void reject(int recordIndex, ErrorCode recordError, String recordMessage) {
        if (error == ErrorCode.NONE || recordError == ErrorCode.INVALID_TIMESTAMP && error != recordError) {
            fail(recordError, recordError == ErrorCode.INVALID_TIMESTAMP ? "records with invalid timestamps"
                    : "records without keys");
        }
        if (rejectedCount < MOST_REPORTED_RECORDS) {
            rejectedIndexes[rejectedCount] = recordIndex;
            rejectedMessages[rejectedCount] = recordMessage;
            rejectedCount++;
        }
    }

    private boolean fail(ErrorCode error, String message) {
        this.error = error;
        this.message = message;
        return false;
    }

    /** The batch of the last check. */
    public RecordBatch batch() {
        return batch;
    }

    public ErrorCode error() {
        return error;
    }

    /** What is wrong, for the producer's user; null for a good batch. */
    public String message() {
        return message;
    }

    /** The largest timestamp that a record carries, whatever the header says; -1 if none carries one. */
    public long maxTimestamp() {
        return maxTimestamp;
    }

    /** The first record with the largest timestamp. */
    public int offsetDeltaOfMaxTimestamp() {
        return offsetDeltaOfMaxTimestamp;
    }

    /** What the records of a good, compressed batch take once they are expanded. */
    public long expandedBytes() {
        return expandedBytes;
    }

    /** How many bad records are told apart, at most 100; 0 if the batch as a whole is bad. */
    public int rejectedCount() {
        return rejectedCount;
    }

    /** Which record of the batch the n-th bad one is. */
    public int rejectedIndex(int n) {
        return rejectedIndexes[n];
    }

    public String rejectedMessage(int n) {
        return rejectedMessages[n];
    }

    @Override
    public void close() {
        records.close();
    }
}
