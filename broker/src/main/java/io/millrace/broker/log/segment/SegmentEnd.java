package io.millrace.broker.log.segment;

/**
 * What must be known of a segment to serve it: the offset after its last record, the real bytes of its file,
 * and its largest timestamp, or {@link SegmentIndexes#NONE} if that is to be read from its index when needed.
 */
record SegmentEnd(long endOffset, int sizeInBytes, long maxTimestampMs) {

    static SegmentEnd ofEmpty(long baseOffset) {
        return new SegmentEnd(baseOffset, 0, SegmentIndexes.NONE);
    }
}
