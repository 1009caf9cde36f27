package io.millrace.broker.log.segment;

import io.millrace.broker.log.file.LogFiles;
import java.nio.file.Path;

/** A segment's file {@code <base offset>.log} as it lies in a folder that nobody owns yet, and its length. */
public record SegmentFile(Path folder, long baseOffset, int sizeInBytes) {

    public Path path() {
        return folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG));
    }

    public Segment reopen(long endOffset, boolean isOnDisk) {
        return Segment.reopen(folder, baseOffset, new SegmentEnd(endOffset, sizeInBytes, SegmentIndexes.NONE),
                isOnDisk);
    }
}
