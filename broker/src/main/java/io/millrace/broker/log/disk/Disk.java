package io.millrace.broker.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk under one log directory, as its logs see it. Any thread asks and reports; storage threads do what blocks.
 * <pre>
 *              an allocation finds no space
 *   WORKING  -------------------------------->  FULL       no allocation is tried
 *            <--------------------------------
 *        \     space for twice the reserve        \
 *         ------------------------------------------->  FAILED   for good: the first failed force or write
 * </pre>
 */
public final class Disk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final long LARGEST_SHARE = 16;
    private static final long LEAST_SPACE_BYTES = 1 << 20;
    /** With less than this a failed write is taken for one that found no space, whatever the system calls it. */
    private static final long NEXT_TO_NOTHING_BYTES = 64 << 10;

    private enum State {
        WORKING, FULL, FAILED
    }

    private interface Force {
        void run() throws IOException;
    }

    /** What the state of a disk forbids; it says nothing new of the disk. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    private final Path directory;
    private final DiskCalls calls;
    private final DiskReserve reserve;
    private final Flusher flusher;
    private final FreshFolders freshFolders;
    private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);
    private final Runnable whenFailed;
    private volatile IOException failure;
    private volatile boolean wasWritten;

    /**
     * Holds back so many bytes from the first {@link #look} on, but no large share of the disk. Who finds out that the
     * disk failed runs the task, which must only post.
     */
    public Disk(Path directory, DiskCalls calls, long reserveBytes, Runnable whenFailed) {
        this.whenFailed = whenFailed;
        this.directory = directory;
        this.calls = calls;
        this.reserve = new DiskReserve(directory, calls,
                Math.min(reserveBytes, calls.totalBytes(directory) / LARGEST_SHARE));
        this.freshFolders = new FreshFolders(directory);
        this.flusher = new Flusher(calls.forceThreads("flush " + directory));
    }

    public Path directory() {
        return directory;
    }

    public Flusher flusher() {
        return flusher;
    }

    /** Folders that are not durable before the first promise. */
    public FreshFolders freshFolders() {
        return freshFolders;
    }

    public boolean isFull() {
        return state.get() == State.FULL;
    }

    public boolean hasFailed() {
        return failure != null;
    }

    /** Why the disk is out of use; null while it is not. */
    public IOException failure() {
        return failure;
    }

    public long usableBytes() {
        return calls.usableBytes(directory);
    }

    /**
     * Makes blocks exist from a file's end on, up to {@code wantedEnd}, or at least to {@code neededEnd}; answers how
     * far they exist. Blocks.
     */
    public long allocate(RandomAccessFile file, long from, long neededEnd, long wantedEnd)
            throws IOException {
        refuseUnlessWorking();
        noteWrite();
        if (wantedEnd > neededEnd) {
            try {
                calls.allocate(file, from, wantedEnd);
                return wantedEnd;
            } catch (IOException e) {
                LOG.debug("no room for a large piece on the disk of {}", directory, e);
            }
        }
        if (neededEnd > from) {
            try {
                calls.allocate(file, from, neededEnd);
            } catch (IOException e) {
                report(e);
                throw e;
            }
        }
        return Math.max(from, neededEnd);
    }

    private void refuseUnlessWorking() throws IOException {
        if (failure != null || isFull()) {
            throw refusal();
        }
    }

    /** What is said to those who want to write to a disk that is full or failed. */
    public IOException refusal() {
        return new Refusal(failure == null ? "the disk of " + directory + " is full"
                : "log directory " + directory + " is offline: " + failure.getMessage());
    }

    /** Says that a log grew, so that the disk is tried out soon: a store into a mapping tells nothing of its disk. */
    public void noteWrite() {
        if (!wasWritten) {
            wasWritten = true;
        }
    }

    /** Forces a file. What a failed force had to write is lost, so it is never tried again. Blocks. */
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        force(() -> calls.force(channel, withMetadata));
    }

    /** The same for a part of a mapping, see {@link DiskCalls#forceMapped}. */
    public void forceMapped(long address, long sizeInBytes) throws IOException {
        force(() -> calls.forceMapped(address, sizeInBytes));
    }

    private void force(Force force) throws IOException {
        if (failure != null) {
            refuseUnlessWorking();
        }
        try {
            force.run();
        } catch (IOException e) {
            if (!(e instanceof ClosedChannelException)) {
                fail(e);
            }
            throw e;
        }
    }

    /** Says that a write failed. Without space the disk counts as full, else it has failed. */
    public void report(IOException error) {
        if (error instanceof Refusal || error instanceof ClosedChannelException
                || error instanceof NoSuchFileException
                || String.valueOf(error.getMessage()).contains("Too many open files")) {
            return; // says nothing of the disk
        }
        if (isForLackOfSpace(error)) {
            fill();
        } else {
            fail(error);
        }
    }

    private boolean isForLackOfSpace(IOException error) {
        var text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded")
                || usableBytes() < NEXT_TO_NOTHING_BYTES;
    }

    private void fill() {
        if (!state.compareAndSet(State.WORKING, State.FULL)) {
            return;
        }
        long freeBytes = usableBytes();
        giveUpReserve();
        LOG.error(
                "The disk of {} is full, {} bytes are free{}: appends there are refused until there is space. Delete"
                        + " data, lower retention or enlarge the disk; {} bytes in reserve go to checkpoints meanwhile",
                directory, freeBytes, freeBytes < comfortableBytes() ? "" : " but perhaps no inodes",
                reserve.sizeInBytes());
    }

    private synchronized void giveUpReserve() {
        try {
            reserve.release();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** The same for a fault in a mapping, which has no exception of its own; answers the one to throw. */
    public IOException fail(String reason) {
        var cause = new IOException(reason);
        fail(cause);
        return cause;
    }

    /** Takes the disk out of use, for the reason given first. */
    public void fail(IOException cause) {
        if (state.getAndSet(State.FAILED) == State.FAILED) {
            return;
        }
        failure = cause;
        LOG.error(
                "The disk of {} failed, its partitions are offline until this broker is started with a disk that"
                        + " works: {}",
                directory, cause.getMessage());
        whenFailed.run();
    }

    /** From time to time: sees whether space came back, and whether a disk that is in use still takes writes. Blocks. */
    public synchronized void look() {
        try {
            if (isFull()) {
                lookForSpace();
            } else if (failure == null && isNearlyFull()) {
                fill();
            } else if (failure == null) {
                reserve.hold();
                if (wasWritten) {
                    wasWritten = false;
                    reserve.probe();
                }
            }
        } catch (IOException e) {
            report(e);
        }
    }

    /** Also when the reserve was given up in an earlier life: what is left of it is not taken again at once. */
    private boolean isNearlyFull() throws IOException {
        return usableBytes() < (reserve.isWhole() ? LEAST_SPACE_BYTES : comfortableBytes());
    }

    private long comfortableBytes() {
        return Math.max(LEAST_SPACE_BYTES, 2 * reserve.sizeInBytes());
    }

    private void lookForSpace() throws IOException {
        long freeBytes = usableBytes();
        if (freeBytes < comfortableBytes()) {
            return;
        }
        reserve.hold();
        if (state.compareAndSet(State.FULL, State.WORKING)) {
            LOG.warn("The disk of {} has space again, {} bytes are free: appends there go on", directory,
                    freeBytes);
        }
    }

    @Override
    public void close() {
        flusher.close();
    }
}
