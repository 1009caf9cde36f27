package io.millrace.broker.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;

/**
 * What logs ask of the system that fails when a disk is full or broken. Any thread that may block calls; a test puts
 * faults in here.
 */
public interface DiskCalls {
    DiskCalls SYSTEM = new SystemCalls();

    /** Makes blocks exist in [from, end) past a file's end, or leaves the file as it was and throws. */
    void allocate(RandomAccessFile file, long from, long end) throws IOException;

    /** Brings what was written to a file, through the channel or a mapping, to the disk itself. */
    void force(FileChannel channel, boolean withMetadata) throws IOException;

    /** The same for what was stored into a part of a mapping, which begins with a page; the rest is left alone. */
    void forceMapped(long address, long sizeInBytes) throws IOException;

    /** Bytes that may still be allocated on the file system of a folder. */
    long usableBytes(Path folder);

    long totalBytes(Path folder);

    /** Threads on which the files of one directory are forced. */
    ExecutorService forceThreads(String name);
}
