package io.millrace.broker.log.segment;

import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.file.SharedFile;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Where a segment ends when it is cut: behind the last batch that lies wholly below an offset. Found and carried out
 * on storage threads; in between, the log's owner publishes the new end.
 */
public record SegmentCut(Segment segment, long endOffset, int position, int oldSizeInBytes) {
    private static final List<String> INDEX_SUFFIXES = List.of(
            LogFiles.OFFSET_INDEX, LogFiles.TIME_INDEX, LogFiles.TRANSACTION_INDEX, LogFiles.ABORTED);
    private static final int ZEROES_BYTES = 1 << 20;

    /** Blocks; reads the file, not the mapping. */
    public static SegmentCut find(Segment segment, long offset, LogSettings settings) throws IOException {
        int sizeInBytes = segment.sizeInBytes();
        int from = IndexRepair.positionBefore(segment, offset - segment.baseOffset() - 1, settings);
        try (var scan = BatchScan.of(segment.file(), from, sizeInBytes)) {
            for (var batch = scan.next(); batch != null; batch = scan.next()) {
                if (batch.lastOffset() >= offset) {
                    return new SegmentCut(segment, Math.min(offset, batch.baseOffset()), scan.position(),
                            sizeInBytes);
                }
            }
        }
        return new SegmentCut(segment, Math.min(offset, segment.endOffset()), sizeInBytes, sizeInBytes);
    }

    /** Publishes the new end. Owner only; nothing may be appended until {@link #clear} is done. */
    public void publish() {
        segment.end(endOffset, position);
        var mapping = segment.region();
        if (mapping != null && !mapping.isReadOnly()) {
            mapping.writePosition(position);
        }
        var indexes = segment.indexes();
        if (indexes != null) {
            indexes.truncateTo(endOffset - segment.baseOffset(), segment.baseOffset());
        }
    }

    /**
     * Overwrites what lay behind the cut: those batches are valid, and a recovery must not find them again. The files
     * of the indexes go, as they may reach beyond it. Blocks.
     */
    public void clear() throws IOException {
        for (var suffix : INDEX_SUFFIXES) {
            Files.deleteIfExists(segment.folder().resolve(LogFiles.name(segment.baseOffset(), suffix)));
        }
        SharedFile.own(segment.file());
        try (var channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            var zeroes = ByteBuffer.allocate(Math.min(ZEROES_BYTES, oldSizeInBytes - position));
            for (int at = position; at < oldSizeInBytes;) {
                zeroes.clear().limit(Math.min(zeroes.capacity(), oldSizeInBytes - at));
                at += channel.write(zeroes, at);
            }
            channel.force(false);
        }
    }
}
