package io.millrace.broker.log.region;

import io.millrace.broker.log.disk.Disk;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLongArray;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.MappedFile;
import net.openhft.chronicle.core.io.ReferenceOwner;
import net.openhft.posix.PosixAPI;

/**
 * One mapping of a segment file, counted by references; unmapped by whoever drops the last one. The storage
 * pool opens, extends and populates it. What is resident is advice: being wrong costs a page fault, never
 * data.
 * <pre>
 *   0 ......... write position ....... populated end ....... allocated end ............ capacity
 *   | records  | room for appends     | blocks, no pages    | address space only, never touched |
 * </pre>
 * The whole capacity is mapped once: virtual space costs nothing, and a mapping that never moves needs no
 * locks.
 */
public final class MappedRegion {
    /** Residency is marked in pieces of this size. */
    public static final int GRANULE_BYTES = 1 << 20;

    public static final int PAGE_BYTES = 4096;

    private static final int EFAULT = 14;
    private static final int EHWPOISON = 133;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_POPULATE_READ = 22;
    private static final int MADV_POPULATE_WRITE = 23;

    static {
        // Unmap when the last reference goes, not some time later on another thread.
        System.setProperty("background.releaser", "false");
        System.setProperty("mappedFile.retain", "true");
    }

    private static final VarHandle WRITE_POSITION;

    static {
        try {
            WRITE_POSITION = MethodHandles.lookup().findVarHandle(MappedRegion.class, "writePosition",
                    int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Path file;
    private final Disk disk;
    private final MappedFile mappedFile;
    private final MappedBytesStore store;
    private final ReferenceOwner owner = ReferenceOwner.temporary("region");
    private final ByteBuf bytes;
    private final long address;
    private final int capacityBytes;
    private final boolean isReadOnly;
    private final AtomicLongArray hotGranules;
    private volatile int allocatedEnd;
    private volatile int populatedEnd;
    private volatile int askAheadAt = Integer.MAX_VALUE;
    private volatile int neededEnd;
    private volatile int writePosition;

    private MappedRegion(Path file, int capacityBytes, boolean isReadOnly, Disk disk) throws IOException {
        long lengthBytes = Files.size(file);
        this.file = file;
        this.disk = disk;
        this.capacityBytes = capacityBytes;
        this.isReadOnly = isReadOnly;
        mappedFile = MappedFile.ofSingle(file.toFile(), capacityBytes, isReadOnly);
        store = mappedFile.acquireByteStore(owner, 0);
        try (var opened = mappedFile.raf()) { // a mapping needs no descriptor, and there may be many mappings
            if (!isReadOnly) {
                opened.setLength(lengthBytes); // mapping made the file as long as the capacity, with a hole
            }
        }
        address = store.addressForRead(0);
        bytes = RegionBuffer.over(store.toTemporaryDirectByteBuffer(), this::unmap);
        hotGranules = new AtomicLongArray(capacityBytes / GRANULE_BYTES / Long.SIZE + 1);
        allocatedEnd = (int) Math.min(lengthBytes, capacityBytes);
    }

    public static MappedRegion forAppends(Path file, int capacityBytes, Disk disk) throws IOException {
        return new MappedRegion(file, capacityBytes, false, disk);
    }

    /** For a sealed segment, which does not grow. */
    public static MappedRegion forReads(Path file, int lengthBytes) throws IOException {
        return new MappedRegion(file, lengthBytes, true, null);
    }

    private void unmap() {
        store.release(owner);
        store.release(mappedFile);
        mappedFile.releaseLast();
    }

    /**
     * The whole mapping; only bytes below the allocated end may be touched, and only with a reference held.
     */
    public ByteBuf bytes() {
        return bytes;
    }

    /** Takes a reference, from any thread; false if the mapping is gone. */
    public boolean tryRetain() {
        try {
            bytes.retain();
            return true;
        } catch (IllegalReferenceCountException gone) {
            return false;
        }
    }

    public void release() {
        bytes.release();
    }

    public int capacityBytes() {
        return capacityBytes;
    }

    public int allocatedEnd() {
        return allocatedEnd;
    }

    public int populatedEnd() {
        return populatedEnd;
    }

    /** How far the log's owner has written; other threads may see it late. */
    public int writePosition() {
        return writePosition;
    }

    public void writePosition(int position) {
        WRITE_POSITION.setOpaque(this, position);
    }

    /** What an append waits for: not to be dropped until it is written. */
    int neededEnd() {
        return neededEnd;
    }

    public void neededEnd(int end) {
        neededEnd = end;
    }

    /** The write position from which more room should be prepared. */
    public int askAheadAt() {
        return askAheadAt;
    }

    public void askAheadAt(int position) {
        askAheadAt = position;
    }

    public boolean isReadOnly() {
        return isReadOnly;
    }

    public Path file() {
        return file;
    }

    /**
     * Makes sure that blocks up to a position really exist, and if there is much space up to another one. Blocks;
     * {@link IOException} on a full disk.
     */
    public void allocate(int neededEnd, int wantedEnd) throws IOException {
        int from = allocatedEnd;
        if (Math.max(neededEnd, wantedEnd) > from) {
            try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
                allocatedEnd = (int) disk.allocate(opened, from, neededEnd, wantedEnd);
            }
        }
    }

    /** Brings the pages of a range of appends to come into memory, writable; fails where a store would be lost. */
    public void populateForWrites(int from, int end) throws IOException {
        if (advise(from, end, MADV_POPULATE_WRITE) != 0) {
            int error = PosixAPI.posix().lastError();
            if (error == EFAULT || error == EHWPOISON) {
                var failed = new IOException("bytes " + from + " to " + end + " of " + file
                        + " can no longer be written to");
                disk.report(failed);
                throw failed;
            }
        }
        populatedEnd = end;
        mark(from, end, true);
    }

    /** Brings pages of written bytes into memory; false if the kernel cannot. Blocks on the disk. */
    public boolean populateForReads(int from, int end) {
        return advise(from, end, MADV_POPULATE_READ) == 0;
    }

    /** Says that reads of this range need not wait for a disk. */
    public void markHot(int from, int end) {
        mark(from, end, true);
    }

    /** Brings what was stored between two positions to the disk, but not the pages made ready for what comes. Blocks. */
    public void force(int from, int end) throws IOException {
        int start = from & -PAGE_BYTES;
        disk.forceMapped(address + start, (long) end - start);
    }

    /** Takes pages out of this process's memory; the page cache keeps them. */
    void drop(int from, int end) {
        mark(from, end, false);
        if (end > writePosition && from < populatedEnd) {
            populatedEnd = from;
        }
        advise(from, end, MADV_DONTNEED);
    }

    private int advise(int from, int end, int advice) {
        long start = from & -PAGE_BYTES;
        return PosixAPI.posix().madvise(address + start, end - start, advice);
    }

    private void mark(int from, int end, boolean isHot) {
        for (int granule = from / GRANULE_BYTES; granule <= (end - 1) / GRANULE_BYTES; granule++) {
            long bit = 1L << granule;
            if (isHot) {
                hotGranules.getAndUpdate(granule / Long.SIZE, bits -> bits | bit);
            } else {
                hotGranules.getAndUpdate(granule / Long.SIZE, bits -> bits & ~bit);
            }
        }
    }

    /** Where, at or before {@code end}, bytes stop being hot when read from {@code from} on. */
    public int hotEnd(int from, int end) {
        int granule = from / GRANULE_BYTES;
        while ((hotGranules.get(granule / Long.SIZE) & 1L << granule) != 0) {
            granule++;
            if ((long) granule * GRANULE_BYTES >= end) {
                return end;
            }
        }
        return Math.max(from, granule * GRANULE_BYTES);
    }
}
