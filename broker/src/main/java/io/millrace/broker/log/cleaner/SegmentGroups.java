package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Neighbouring segments that together fit into one, by size, indexes and offsets: each group becomes a segment. */
final class SegmentGroups {
    private final LogSettings settings;
    private final List<List<Segment>> groups = new ArrayList<>();
    private List<Segment> group = new ArrayList<>();
    private long bytes;
    private long offsetIndexBytes;
    private long timeIndexBytes;

    private SegmentGroups(LogSettings settings) {
        this.settings = settings;
    }

    /** Groups the segments of a log, oldest first. Blocks: it looks at the files of the indexes. */
    static List<List<Segment>> of(List<Segment> segments, LogSettings settings) throws IOException {
        var grouping = new SegmentGroups(settings);
        for (var segment : segments) {
            grouping.add(segment);
        }
        return grouping.groups;
    }

    private void add(Segment segment) throws IOException {
        long moreOffsetBytes = sizeOf(segment, LogFiles.OFFSET_INDEX);
        long moreTimeBytes = sizeOf(segment, LogFiles.TIME_INDEX);
        boolean fits = !group.isEmpty()
                && bytes + segment.sizeInBytes() <= settings.segmentBytes()
                && offsetIndexBytes + moreOffsetBytes <= settings.indexBytes()
                && timeIndexBytes + moreTimeBytes <= settings.indexBytes()
                && segment.endOffset() - group.get(0).baseOffset() <= Integer.MAX_VALUE;
        if (!fits) {
            group = new ArrayList<>();
            groups.add(group);
            bytes = 0;
            offsetIndexBytes = 0;
            timeIndexBytes = 0;
        }
        group.add(segment);
        bytes += segment.sizeInBytes();
        offsetIndexBytes += moreOffsetBytes;
        timeIndexBytes += moreTimeBytes;
    }

    private static long sizeOf(Segment segment, String suffix) throws IOException {
        Path file = segment.folder().resolve(LogFiles.name(segment.baseOffset(), suffix));
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
