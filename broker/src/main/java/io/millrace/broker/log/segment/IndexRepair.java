package io.millrace.broker.log.segment;

import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an index again that turned out not to fit its segment: its entries rise, but a bit of them was flipped, so that
 * one does not point to the batch that it names. Stateless; storage threads call it, and it blocks.
 */
final class IndexRepair {
    private static final Logger LOG = LoggerFactory.getLogger(IndexRepair.class);

    private IndexRepair() {}

    static SegmentIndexes of(Segment segment, SegmentIndexes wrong, LogSettings settings) throws IOException {
        LOG.warn("The index of {} does not fit it and is made again", segment.file());
        var right = SegmentIndexes.rebuild(segment.folder(), segment.baseOffset(), segment.sizeInBytes(),
                settings.indexIntervalBytes(), wrong.transactions());
        segment.replaceIndexes(wrong, right);
        return right;
    }

    /** Where a batch begins from which on an offset is to be looked for. */
    static int positionBefore(Segment segment, long relativeOffset, LogSettings settings) throws IOException {
        var indexes = segment.loadIndexes(settings);
        if (!indexes.isRightBefore(relativeOffset, segment.file(), segment.baseOffset())) {
            indexes = of(segment, indexes, settings);
        }
        return OffsetIndex.positionOf(indexes.offsets().entryBefore(relativeOffset));
    }
}
