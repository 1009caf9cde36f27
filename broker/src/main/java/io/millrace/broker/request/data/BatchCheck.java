package io.millrace.broker.request.data;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.record.BatchRules;
import io.millrace.protocol.record.BatchValidator;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.TimestampType;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;

/** Checks a producer's batch against its topic's settings. Owned by one core loop. */
final class BatchCheck {
    private final BatchValidator validator = new BatchValidator(PooledByteBufAllocator.DEFAULT);

    /** Why the batch is refused; null if it may be appended. May fix the largest timestamp in place. */
    ProducedPartition refusal(ByteBuf records, Partition partition) {
        var settings = partition.settings();
        int size = records.readableBytes();
        try {
            requireFit(size, settings.log());
        } catch (ApiException e) {
            return refused(partition, e.errorCode(), e.getMessage());
        }
        var error = validator.check(
                records, records.readerIndex(), size, settings.rules(), System.currentTimeMillis());
        if (error != ErrorCode.NONE) {
            return refused(partition, error);
        }
        var batch = validator.batch();
        if (batch.isTransactional()) {
            return refused(partition, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    "transactions are not offered by this broker");
        }
        if (batch.maxTimestamp() != validator.maxTimestamp() && !settings.log().isLogAppendTime()) {
            batch.setMaxTimestamp(TimestampType.CREATE_TIME, validator.maxTimestamp());
        }
        return null;
    }

    /** A batch that is larger than its topic's settings allow is an {@link ApiException}. */
    static void requireFit(int sizeInBytes, LogSettings settings) {
        if (sizeInBytes > settings.maxMessageBytes()) {
            throw new ApiException(ErrorCode.MESSAGE_TOO_LARGE, "the batch has " + sizeInBytes
                    + " bytes, max.message.bytes of the topic allows " + settings.maxMessageBytes());
        }
        if (sizeInBytes > settings.segmentBytes()) {
            throw new ApiException(ErrorCode.RECORD_LIST_TOO_LARGE, "the batch has " + sizeInBytes
                    + " bytes, segment.bytes of the topic allows " + settings.segmentBytes());
        }
    }

    /** About what the records of the last batch take once they are expanded. */
    long expandedBytes() {
        return Math.max(validator.batch().sizeInBytes(), validator.expandedBytes());
    }

    /** The batch of the last check. */
    RecordBatch batch() {
        return validator.batch();
    }

    private ProducedPartition refused(Partition partition, ErrorCode error) {
        var bad = new ArrayList<ProducedPartition.RecordError>();
        for (int i = 0; i < validator.rejectedCount(); i++) {
            bad.add(new ProducedPartition.RecordError(validator.rejectedIndex(i),
                    validator.rejectedMessage(i)));
        }
        return ProducedPartition.failed(partition.index(), error,
                new ProducedPartition.Failure(bad, validator.message(), null));
    }

    private static ProducedPartition refused(Partition partition, ErrorCode error, String message) {
        return ProducedPartition.failed(
                partition.index(), error, ProducedPartition.Failure.because(message));
    }
}
