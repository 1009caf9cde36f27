package io.millrace.broker.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The system's calls with a test's faults in front: forces that wait or fail, a size that the test sets. */
public final class TestDisk implements DiskCalls {
    private static final long DEADLINE_S = 20;

    /** A part of a mapping that was forced. Immutable. */
    public record MappedForce(long address, long sizeInBytes) {}

    private final AtomicInteger forces = new AtomicInteger();
    private final Queue<MappedForce> mappedForces = new ConcurrentLinkedQueue<>();
    private volatile Semaphore permits;
    private volatile Runnable beforeForce = () -> {};
    private volatile Consumer<MappedForce> beforeMappedForce = force -> {};
    private volatile IOException forceFault;
    private volatile IOException allocationFault;
    private volatile long usableBytes = 1L << 40;

    /** From now on a force waits for {@link #letForce}. */
    public void holdForces() {
        permits = new Semaphore(0);
    }

    public void letForce() {
        permits.release();
    }

    public void letAllForce() {
        var held = permits;
        permits = null;
        held.release(1 << 20);
    }

    /** Runs before each force of a file, on the thread that forces. */
    public void beforeForce(Runnable task) {
        beforeForce = task;
    }

    /** Is told of each force of a part of a mapping before it happens, on the thread that forces. */
    public void beforeMappedForce(Consumer<MappedForce> task) {
        beforeMappedForce = task;
    }

    /** What was forced of mappings so far, in order. */
    public List<MappedForce> mappedForces() {
        return List.copyOf(mappedForces);
    }

    public int forces() {
        return forces.get();
    }

    /** Null for forces that work again. */
    public void failForces(IOException fault) {
        forceFault = fault;
    }

    public void failAllocations(IOException fault) {
        allocationFault = fault;
    }

    public void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    @Override
    public void allocate(RandomAccessFile file, long from, long end) throws IOException {
        if (allocationFault != null) {
            throw allocationFault;
        }
        SYSTEM.allocate(file, from, end);
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        beginForce();
        beforeForce.run();
        SYSTEM.force(channel, withMetadata);
    }

    @Override
    public void forceMapped(long address, long sizeInBytes) throws IOException {
        beginForce();
        var force = new MappedForce(address, sizeInBytes);
        beforeMappedForce.accept(force);
        mappedForces.add(force);
        SYSTEM.forceMapped(address, sizeInBytes);
    }

    private void beginForce() throws IOException {
        forces.incrementAndGet();
        await(permits);
        if (forceFault != null) {
            throw forceFault;
        }
    }

    private static void await(Semaphore held) throws IOException {
        try {
            if (held != null && !held.tryAcquire(DEADLINE_S, TimeUnit.SECONDS)) {
                throw new IOException("the test let no force go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public long usableBytes(Path folder) {
        return usableBytes;
    }

    @Override
    public long totalBytes(Path folder) {
        return 1L << 40;
    }

    @Override
    public ExecutorService forceThreads(String name) {
        return SYSTEM.forceThreads(name);
    }
}
