package io.millrace.broker.log.segment;

import io.millrace.broker.log.file.SharedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks behind the last record of a segment that nobody used yet: bytes there are no batches, and would be served, or
 * appended to. They are cut off. Stateless; storage threads call it, and it blocks.
 * <pre>
 *   | batches ... | entry of the index | batches | next segment's first offset |~~ something else ~~|
 * </pre>
 */
final class SegmentTail {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentTail.class);

    private SegmentTail() {}

    /** Only where every record is found before: what lies behind a damaged batch may be records. */
    static void cutOff(Segment segment, OffsetIndex index) throws IOException {
        int sizeInBytes = segment.sizeInBytes();
        long endOffset = segment.endOffset();
        int end = endOf(segment, index, sizeInBytes, endOffset);
        if (end < 0 || end == sizeInBytes) {
            return;
        }
        SharedFile.own(segment.file());
        try (var channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            boolean isSame = !segment.isRetired(); // compaction may put another file in its place
            if (isSame && segment.shorten(sizeInBytes, end)) {
                LOG.warn("{} holds {} bytes behind its last record, at byte {}: they are cut off",
                        segment.file(), sizeInBytes - end, end);
                channel.truncate(end);
            }
        }
    }

    /** Where the batch ends that holds the last record; -1 if it is not found. */
    private static int endOf(Segment segment, OffsetIndex index, int sizeInBytes, long endOffset)
            throws IOException {
        try (var scan = BatchScan.of(segment.file(), OffsetIndex.positionOf(index.last()), sizeInBytes)) {
            for (var batch = scan.next(); batch != null; batch = scan.next()) {
                if (batch.nextOffset() == endOffset) {
                    return (int) scan.nextPosition();
                }
            }
            return -1;
        }
    }
}
