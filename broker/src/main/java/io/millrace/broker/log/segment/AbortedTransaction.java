package io.millrace.broker.log.segment;

/**
 * A transaction that was aborted: where its producer's records to leave out begin, its marker, and the offset below
 * which nothing was undecided once the marker was there. Immutable.
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {

    /** Whether records between these offsets, the second excluded, may belong to it. */
    public boolean touches(long fromOffset, long endOffset) {
        return lastOffset >= fromOffset && firstOffset < endOffset;
    }
}
