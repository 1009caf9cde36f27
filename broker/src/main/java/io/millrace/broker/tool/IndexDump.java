package io.millrace.broker.tool;

import io.millrace.broker.log.file.LogFiles;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows the entries of the indexes of a segment, and compares each with the log beside it. A live Kafka index ends in
 * zeros, which are no entries.
 * <pre>
 *   .index      | relative offset 4 | position 4 |
 *   .timeindex  | timestamp 8 | relative offset 4 |
 *   .txnindex   | version 2 | producer id 8 | first offset 8 | last offset 8 | last stable offset 8 |
 * </pre>
 */
final class IndexDump {
    private static final int OFFSET_ENTRY_BYTES = 8;
    private static final int TIME_ENTRY_BYTES = 12;
    private static final int TRANSACTION_ENTRY_BYTES = 34;

    /** How much to show of an index that is checked anyway. */
    enum Mode {
        ENTRIES, MISMATCHES, SANITY
    }

    private final RowPrinter printer;
    private final Mode mode;

    IndexDump(RowPrinter printer, Mode mode) {
        this.printer = printer;
        this.mode = mode;
    }

    void dumpOffsets(Path file) throws IOException {
        var entries = read(file, OFFSET_ENTRY_BYTES);
        if (entries == null || isSane(file, lastOffset(entries, OFFSET_ENTRY_BYTES, 0))) {
            return;
        }
        long baseOffset = LogFiles.offsetOf(file, LogFiles.OFFSET_INDEX);
        try (var log = log(file, LogFiles.OFFSET_INDEX)) {
            while (entries.hasRemaining()) {
                boolean isFirst = entries.position() == 0;
                long offset = baseOffset + entries.getInt();
                int position = entries.getInt();
                if (offset == baseOffset && !isFirst) {
                    return;
                }
                if (mode == Mode.ENTRIES) {
                    printer.row(Row.of("entry").with("offset", offset).with("position", position));
                }
                var batch = log == null ? null : log.at(position);
                if (log != null && (batch == null || batch.lastOffset() != offset)) {
                    printer.problem("Mismatches in " + file.getFileName() + ": index offset " + offset
                            + ", log offset " + (batch == null ? "none" : batch.lastOffset())
                            + " at position " + position);
                }
            }
        }
    }

    void dumpTimes(Path file) throws IOException {
        var entries = read(file, TIME_ENTRY_BYTES);
        if (entries == null || isSane(file, lastOffset(entries, TIME_ENTRY_BYTES, Long.BYTES))) {
            return;
        }
        long baseOffset = LogFiles.offsetOf(file, LogFiles.TIME_INDEX);
        long previousMs = Long.MIN_VALUE;
        try (var log = log(file, LogFiles.TIME_INDEX)) {
            while (entries.hasRemaining()) {
                boolean isFirst = entries.position() == 0;
                long timestampMs = entries.getLong();
                long offset = baseOffset + entries.getInt();
                if (timestampMs == 0 && offset == baseOffset && !isFirst) {
                    return;
                }
                if (mode == Mode.ENTRIES) {
                    printer.row(Row.of("entry").with("timestamp", timestampMs).with("offset", offset));
                }
                if (timestampMs <= previousMs) {
                    printer.problem("Found out of order timestamp in " + file.getFileName() + ": "
                            + timestampMs + " after " + previousMs);
                }
                compare(file, log, timestampMs, offset);
                previousMs = timestampMs;
            }
        }
    }

    /** The entry's batch is ahead in the log, since both rise. */
    private void compare(Path file, BatchHeaders log, long timestampMs, long offset) throws IOException {
        RecordBatch batch = log == null ? null : log.next();
        while (batch != null && batch.lastOffset() < offset) {
            batch = log.next();
        }
        if (batch == null && log != null) {
            printer.problem("Offset " + offset + " of " + file.getFileName() + " is not in the log");
        } else if (batch != null && batch.maxTimestamp() != timestampMs) {
            printer.problem("Found timestamp mismatch in " + file.getFileName() + " at offset " + offset
                    + ": index " + timestampMs + ", log " + batch.maxTimestamp());
        }
    }

    void dumpTransactions(Path file) throws IOException {
        var entries = read(file, TRANSACTION_ENTRY_BYTES);
        while (entries != null && entries.hasRemaining()) {
            printer.row(Row.of("entry")
                    .with("version", entries.getShort())
                    .with("producerId", entries.getLong())
                    .with("firstOffset", entries.getLong())
                    .with("lastOffset", entries.getLong())
                    .with("lastStableOffset", entries.getLong()));
        }
    }

    private ByteBuffer read(Path file, int entryBytes) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.limit() == 0) {
            printer.note(file + " is empty.");
            return null;
        }
        if (bytes.limit() % entryBytes != 0) {
            printer.problem(file + " has " + bytes.limit() + " bytes, which is no multiple of " + entryBytes
                    + ": delete it while the broker is stopped, and the broker makes it anew");
            bytes.limit(bytes.limit() - bytes.limit() % entryBytes);
        }
        return bytes;
    }

    private static long lastOffset(ByteBuffer entries, int entryBytes, int offsetAt) {
        return entries == null || entries.limit() == 0
                ? -1
                : entries.getInt(entries.limit() - entryBytes + offsetAt);
    }

    private boolean isSane(Path file, long lastRelativeOffset) throws IOException {
        if (mode != Mode.SANITY) {
            return false;
        }
        if (lastRelativeOffset < 0) {
            printer.problem(file + " fails the sanity check: its last offset lies before its first");
        } else {
            printer.note(file + " passed sanity check.");
        }
        return true;
    }

    private BatchHeaders log(Path index, String suffix) throws IOException {
        var log = index.resolveSibling(
                LogFiles.name(LogFiles.offsetOf(index, suffix), LogFiles.LOG));
        if (!Files.exists(log)) {
            printer.note("There is no " + log.getFileName() + " beside it to compare with");
            return null;
        }
        return new BatchHeaders(log);
    }
}
