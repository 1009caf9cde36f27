package io.millrace.broker.log;

import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.segment.Segment;
import java.util.List;

/**
 * What a partition's log consists of when it is opened: its segments, oldest first and at least one, the
 * offset where it starts, the offset up to which it was forced, its producers and its epochs.
 */
record LogContents(
        List<Segment> segments,
        long logStartOffset,
        long recoveryPoint,
        ProducerState producers,
        EpochHistory epochs) {}
