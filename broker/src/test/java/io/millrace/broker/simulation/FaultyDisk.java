package io.millrace.broker.simulation;

import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.simulation.machine.Machine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;

/** A broker's disk, which may break; then the broker must start anew. Owned by the schedule. */
final class FaultyDisk implements DiskCalls {
    private static final long BYTES = 1L << 40;

    private Machine machine;
    private boolean isBroken;

    void machine(Machine now) {
        machine = now;
    }

    void breakDown() {
        isBroken = true;
    }

    void repair() {
        isBroken = false;
    }

    boolean isBroken() {
        return isBroken;
    }

    @Override
    public void allocate(RandomAccessFile file, long from, long end) throws IOException {
        check();
        SYSTEM.allocate(file, from, end);
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        check();
    }

    @Override
    public void forceMapped(long address, long sizeInBytes) throws IOException {
        check();
    }

    private void check() throws IOException {
        if (isBroken) {
            throw new IOException("the simulated disk is broken");
        }
    }

    @Override
    public long usableBytes(Path folder) {
        return BYTES;
    }

    @Override
    public long totalBytes(Path folder) {
        return BYTES;
    }

    @Override
    public ExecutorService forceThreads(String name) {
        return machine.storagePool("force");
    }
}
