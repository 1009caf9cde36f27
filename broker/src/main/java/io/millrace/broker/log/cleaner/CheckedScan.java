package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.segment.BatchScan;
import io.millrace.broker.log.segment.Segment;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;

/** The batches of a sealed segment in order, each checked, so that compaction spreads no damage. One cleaner thread. */
final class CheckedScan implements AutoCloseable {
    private final Segment segment;
    private final BatchScan scan;

    CheckedScan(Segment segment) throws IOException {
        this.segment = segment;
        this.scan = BatchScan.of(segment.file(), 0, segment.sizeInBytes());
    }

    /** The next batch, readable until the next call; null at the end; {@link DamagedFileException} if it is not good. */
    RecordBatch next() throws IOException {
        var batch = scan.next();
        if (batch == null && scan.nextPosition() < segment.sizeInBytes()) {
            throw new DamagedFileException(segment.file(), "no batch begins at byte " + scan.nextPosition());
        }
        if (batch != null && !batch.isCrcValid()) {
            throw new DamagedFileException(segment.file(), "the checksum of " + batch + " is wrong");
        }
        return batch;
    }

    @Override
    public void close() throws IOException {
        scan.close();
    }
}
