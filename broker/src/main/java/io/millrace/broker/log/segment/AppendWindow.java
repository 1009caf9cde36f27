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
    /** A writer that was kept waiting catches up in no time, which says nothing of its rate. */
    private static final long LEAST_MEASURED_NS = 10_000_000;
    /** More at a time would take a CPU for milliseconds, perhaps the writer's own: pages are zeroed first. */
    private static final int STEP_BYTES = 256 << 10;

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
                : mapping.populatedEnd() - Math.max(aheadBytes / 2, aheadBytes - STEP_BYTES));
    }

    private int end(int position, int bytes) {
        long end = (long) position + bytes + MappedRegion.PAGE_BYTES - 1 & -MappedRegion.PAGE_BYTES;
        return (int) Math.min(region.capacityBytes(), end);
    }

    /** The faster the log grew since the last call, the further ahead. */
    private void measure() {
        long nowNs = System.nanoTime();
        int position = region.writePosition();
        long grownBytes = Math.max(0, position - lastPosition);
        long wantedBytes = aheadBytes;
        if (nowNs - lastNs >= LEAST_MEASURED_NS) {
            wantedBytes = Math.max(aheadBytes / 2,
                    (long) ((double) grownBytes / (nowNs - lastNs) * AHEAD_NS));
        } else if (grownBytes > aheadBytes / 2) {
            wantedBytes = 2L * aheadBytes;
        } else {
            return;
        }
        if (grownBytes > 0) {
            aheadBytes = (int) Math.max(LEAST_AHEAD_BYTES, Math.min(budget.mostAheadBytes(), wantedBytes));
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
