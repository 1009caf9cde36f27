package io.millrace.broker.log.segment;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;

/**
 * Keeps allocated and populated room ahead of one log's appends, as much as its writer uses in some
 * milliseconds. Only the storage thread that works ahead calls it.
 */
public final class AppendWindow {
    private static final int FIRST_EXTENT_BYTES = 64 << 10;
    private static final int LARGEST_EXTENT_BYTES = 64 << 20;
    private static final int LEAST_AHEAD_BYTES = 64 << 10;
    private static final int POPULATE_STEP_BYTES = 4 << 20;
    private static final long AHEAD_NS = 50_000_000;

    private final ResidentBudget budget;
    private final Disk disk;
    private MappedRegion region;
    private int aheadBytes = LEAST_AHEAD_BYTES;
    private int lastPosition;
    private long lastNs;

    public AppendWindow(ResidentBudget budget, Disk disk) {
        this.budget = budget;
        this.disk = disk;
    }

    /** Makes room for so many bytes at once, and some more. Blocks. */
    public void makeRoom(Segment segment, int bytes, LogSettings settings) throws IOException {
        var mapping = segment.mapForAppends(settings, disk);
        if (mapping != region) {
            region = mapping;
            lastPosition = mapping.writePosition();
            lastNs = System.nanoTime();
            if (settings.preallocates()) {
                mapping.allocate(mapping.capacityBytes(), mapping.capacityBytes());
            }
        }
        measure();
        int position = mapping.writePosition();
        int needed = end(position, bytes);
        int goal = Math.max(needed, end(position, aheadBytes));
        mapping.neededEnd((int) Math.min(needed, (long) position + bytes));
        allocate(needed, goal);
        populate(Math.max(needed, Math.min(goal, mapping.allocatedEnd())));
        mapping.askAheadAt(mapping.populatedEnd() == mapping.capacityBytes() ? Integer.MAX_VALUE
                : mapping.populatedEnd() - aheadBytes / 2);
    }

    private int end(int position, int bytes) {
        long end = (long) position + bytes + MappedRegion.PAGE_BYTES - 1 & -MappedRegion.PAGE_BYTES;
        return (int) Math.min(region.capacityBytes(), end);
    }

    /** The faster the log grew since the last call, the further ahead. */
    private void measure() {
        long nowNs = System.nanoTime();
        int position = region.writePosition();
        if (position > lastPosition) {
            double bytesPerNs = (double) (position - lastPosition) / Math.max(1, nowNs - lastNs);
            double wanted = Math.min(budget.mostAheadBytes(), bytesPerNs * AHEAD_NS);
            aheadBytes = (int) Math.max(Math.max(LEAST_AHEAD_BYTES, aheadBytes / 2), wanted);
        }
        lastPosition = position;
        lastNs = nowNs;
    }

    /** Allocates up to the goal and some more; on a nearly full disk just what is needed. */
    private void allocate(int needed, int goal) throws IOException {
        int allocated = region.allocatedEnd();
        if (goal <= allocated) {
            return;
        }
        int extent = Math.min(LARGEST_EXTENT_BYTES, Math.max(FIRST_EXTENT_BYTES, allocated));
        long end = Math.min(region.capacityBytes(), Math.max(goal, (long) allocated + extent));
        region.allocate(needed, (int) end);
    }

    private void populate(int goal) throws IOException {
        int position = region.writePosition();
        int granule = position & -MappedRegion.GRANULE_BYTES;
        if (region.populatedEnd() <= granule && position > granule) {
            // The granule will be marked hot, so what was written to it earlier must be there too.
            region.populateForReads(granule, position);
            budget.add(region, granule, position);
        }
        int from = Math.max(region.populatedEnd(), position & -MappedRegion.PAGE_BYTES);
        while (from < goal) {
            int end = (int) Math.min(goal, (long) from + POPULATE_STEP_BYTES);
            region.populateForWrites(from, end);
            budget.add(region, from, end);
            from = end;
        }
    }
}
