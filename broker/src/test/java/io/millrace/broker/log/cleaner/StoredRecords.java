package io.millrace.broker.log.cleaner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/** What lies in the segment files of a partition's folder, as Kafka's own decoder reads it. */
final class StoredRecords {

    private static final int LENGTH_AT = 8;
    private static final int PREFIX_BYTES = 12;

    /** A batch's header, as far as compaction must keep it. */
    record Header(long baseOffset, long lastOffset, int leaderEpoch, long producerId, short producerEpoch,
            int baseSequence, boolean isTransactional, boolean isControl, int codec, long maxTimestampMs,
            long horizonMs) {}

    /** A record; the marker is null unless it is a control record. */
    record Stored(long offset, long timestampMs, String key, ByteBuffer value, int headers,
            ControlRecordType marker,
            long producerId) {
        boolean isTombstone() {
            return value == null;
        }
    }

    final List<Header> batches = new ArrayList<>();
    final List<Stored> records = new ArrayList<>();

    /** Reads all segments, whose batches must all be good. */
    static StoredRecords read(Path folder) throws IOException {
        var stored = new StoredRecords();
        var files = new TreeSet<Path>();
        try (var found = Files.newDirectoryStream(folder, "*.log")) {
            found.forEach(files::add);
        }
        for (var file : files) {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            bytes.limit(endOf(bytes));
            for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
                batch.ensureValid();
                stored.add(batch);
            }
        }
        return stored;
    }

    /** Without the blank room at the end of an active segment. */
    private static int endOf(ByteBuffer bytes) {
        int end = 0;
        while (end < bytes.limit() && bytes.getInt(end + LENGTH_AT) > 0) {
            end += PREFIX_BYTES + bytes.getInt(end + LENGTH_AT);
        }
        return end;
    }

    private void add(RecordBatch batch) {
        batches.add(new Header(batch.baseOffset(), batch.lastOffset(), batch.partitionLeaderEpoch(),
                batch.producerId(), batch.producerEpoch(), batch.baseSequence(), batch.isTransactional(),
                batch.isControlBatch(), batch.compressionType().id, batch.maxTimestamp(),
                batch.deleteHorizonMs().orElse(-1)));
        for (var record : batch) {
            records.add(new Stored(record.offset(), record.timestamp(),
                    batch.isControlBatch() || !record.hasKey() ? null : text(record.key()),
                    record.hasValue() ? ByteBuffer.wrap(copy(record.value())) : null, record.headers().length,
                    batch.isControlBatch() ? ControlRecordType.parse(record.key()) : null,
                    batch.producerId()));
        }
    }

    private static String text(ByteBuffer bytes) {
        return new String(copy(bytes), StandardCharsets.UTF_8);
    }

    private static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
    }
}
