package io.millrace.broker.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.segment.BatchScan;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.record.TimestampType;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Shows the batches of a {@code .log} file, and their records if asked to. Used by one thread. */
final class LogDump {
    private static final String[] MARKERS = {"ABORT", "COMMIT"};
    private static final int MARKER_KEY_BYTES = 4;

    /** What to show: nothing below the batches, records without their contents, or all. */
    enum Depth {
        BATCHES, RECORDS, CONTENTS
    }

    record Options(Depth depth, boolean withMetadata, long maxBytes, RecordDecoder decoder) {}

    private final RowPrinter printer;
    private final Options options;
    private final RecordCursor records = new RecordCursor(UnpooledByteBufAllocator.DEFAULT);
    private long expectedOffset;

    LogDump(RowPrinter printer, Options options) {
        this.printer = printer;
        this.options = options;
    }

    void dump(Path file) throws IOException {
        expectedOffset = LogFiles.offsetOf(file, LogFiles.LOG);
        printer.note("Log starting offset: " + expectedOffset);
        long size = Files.size(file);
        try (var scan = BatchScan.of(file, 0, size)) {
            RecordBatch batch = null;
            while (scan.nextPosition() < options.maxBytes && (batch = scan.next()) != null) {
                show(batch, scan.position());
            }
            if (batch == null && scan.nextPosition() < size) {
                explainRest(file, scan.nextPosition(), size);
            }
        }
    }

    private void show(RecordBatch batch, int position) throws IOException {
        boolean isValid = batch.isCrcValid();
        printer.row(Row.of("batch")
                .with("baseOffset", batch.baseOffset())
                .with("lastOffset", batch.lastOffset())
                .with("count", batch.recordCount())
                .with("baseSequence", batch.baseSequence())
                .with("lastSequence", batch.hasProducerId() ? batch.lastSequence() : lastSequence(batch))
                .with("producerId", batch.producerId())
                .with("producerEpoch", batch.producerEpoch())
                .with("partitionLeaderEpoch", batch.partitionLeaderEpoch())
                .with("isTransactional", batch.isTransactional())
                .with("isControl", batch.isControl())
                .withOptional("deleteHorizonMs", batch.deleteHorizonMs(), batch.hasDeleteHorizon())
                .with("position", position)
                .with(timestampName(batch), batch.maxTimestamp())
                .with("size", batch.sizeInBytes())
                .with("magic", batch.magic())
                .with("compresscodec", codecName(batch))
                .with("crc", Integer.toUnsignedLong(batch.crc()))
                .with("isvalid", isValid));
        if (!isValid) {
            printer.problem("The batch at position " + position + " does not match its checksum");
        } else if (options.depth != Depth.BATCHES) {
            showRecords(batch);
        }
        expectedOffset = batch.nextOffset();
    }

    /** A group coordinator's batches have sequences but no producer id. */
    private static int lastSequence(RecordBatch batch) {
        return batch.baseSequence() == RecordBatch.NO_SEQUENCE
                ? RecordBatch.NO_SEQUENCE
                : RecordBatch.sequencePlus(batch.baseSequence(), batch.lastOffsetDelta());
    }

    private static String timestampName(RecordBatch batch) {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME ? "LogAppendTime" : "CreateTime";
    }

    private static String codecName(RecordBatch batch) {
        return Compression.isKnown(batch.compressionId())
                ? batch.compression().settingValue()
                : "unknown (" + batch.compressionId() + ")";
    }

    private void showRecords(RecordBatch batch) throws IOException {
        if (batch.isControl() && !options.withMetadata) {
            return;
        }
        long expected = Math.max(expectedOffset, batch.baseOffset());
        try (var cursor = records.open(batch, RecordLimits.NONE)) {
            while (cursor.next()) {
                if (cursor.offset() != expected) {
                    printer.note("Non-consecutive offsets: " + (expected - 1) + " is followed by "
                            + cursor.offset());
                }
                expected = cursor.offset() + 1;
                show(batch, cursor);
            }
        } catch (MalformedMessageException e) {
            printer.problem("The records of the batch at offset " + batch.baseOffset()
                    + " cannot be read: " + e.getMessage());
        }
    }

    private void show(RecordBatch batch, RecordCursor record) throws IOException {
        var row = Row.within("record");
        if (options.withMetadata) {
            row.with("offset", record.offset())
                    .with(timestampName(batch), record.timestamp())
                    .with("keySize", record.hasKey() ? record.keyLength() : -1)
                    .with("valueSize", record.hasValue() ? record.valueLength() : -1)
                    .with("sequence", batch.baseSequence() == RecordBatch.NO_SEQUENCE
                            ? RecordBatch.NO_SEQUENCE
                            : RecordBatch.sequencePlus(batch.baseSequence(), record.offsetDelta()))
                    .with("headerKeys", headerKeys(record));
        }
        if (batch.isControl()) {
            addMarker(row, record);
        } else if (options.depth == Depth.CONTENTS) {
            var decoded = options.decoder.decode(key(record), value(record));
            row.with("key", decoded.key()).with("payload", decoded.value());
        }
        printer.row(row);
    }

    private static ByteBuf key(RecordCursor record) {
        return record.hasKey() ? record.buffer().slice(record.keyIndex(), record.keyLength()) : null;
    }

    private static ByteBuf value(RecordCursor record) {
        return record.hasValue() ? record.buffer().slice(record.valueIndex(), record.valueLength()) : null;
    }

    private static List<Object> headerKeys(RecordCursor record) {
        var keys = new ArrayList<Object>();
        while (record.nextHeader()) {
            keys.add(record.buffer().toString(record.headerKeyIndex(), record.headerKeyLength(), UTF_8));
        }
        return keys;
    }

    private static void addMarker(Row row, RecordCursor record) {
        int type = record.keyLength() >= MARKER_KEY_BYTES
                ? record.buffer().getShort(record.keyIndex() + Short.BYTES)
                : -1;
        if (type >= 0 && type < MARKERS.length && record.valueLength() >= Short.BYTES + Integer.BYTES) {
            row.with("endTxnMarker", MARKERS[type]).with("coordinatorEpoch",
                    record.buffer().getInt(record.valueIndex() + Short.BYTES));
        } else {
            row.with("controlType", "UNKNOWN(" + type + ")");
        }
    }

    private void explainRest(Path file, long from, long size) throws IOException {
        long rest = size - from;
        if (isZero(file, from, size)) {
            printer.note(rest + " bytes after the last batch are set aside for appends and hold nothing: "
                    + "the log is in use, or was not closed cleanly");
        } else {
            printer.problem("Found " + rest + " invalid bytes at the end of " + file.getFileName()
                    + ", from position " + from);
        }
    }

    private static boolean isZero(Path file, long from, long size) throws IOException {
        var chunk = ByteBuffer.allocate(1 << 16);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = from; at < size; at += chunk.position()) {
                chunk.clear();
                if (channel.read(chunk, at) <= 0) {
                    return true;
                }
                for (int i = 0; i < chunk.position(); i++) {
                    if (chunk.get(i) != 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
