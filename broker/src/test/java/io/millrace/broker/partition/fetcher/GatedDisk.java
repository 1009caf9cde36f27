package io.millrace.broker.partition.fetcher;

import io.millrace.broker.log.disk.DiskCalls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;

/** A disk that makes no room while it is shut. */
final class GatedDisk implements DiskCalls {
    private volatile CountDownLatch gate = new CountDownLatch(0);

    void shut() {
        gate = new CountDownLatch(1);
    }

    void open() {
        gate.countDown();
    }

    @Override
    public void allocate(RandomAccessFile file, long from, long end) throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        SYSTEM.allocate(file, from, end);
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        SYSTEM.force(channel, withMetadata);
    }

    @Override
    public void forceMapped(long address, long sizeInBytes) throws IOException {
        SYSTEM.forceMapped(address, sizeInBytes);
    }

    @Override
    public ExecutorService forceThreads(String name) {
        return SYSTEM.forceThreads(name);
    }

    @Override
    public long usableBytes(Path folder) {
        return SYSTEM.usableBytes(folder);
    }

    @Override
    public long totalBytes(Path folder) {
        return SYSTEM.totalBytes(folder);
    }
}
