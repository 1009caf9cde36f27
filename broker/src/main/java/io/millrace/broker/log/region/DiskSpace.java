package io.millrace.broker.log.region;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import net.openhft.posix.PosixAPI;

/** Really allocated blocks at the end of a file: a store into a mapped hole is lost when the disk is full. */
final class DiskSpace {
    private static final int ZEROS_BYTES = 1 << 20;

    private DiskSpace() {}

    /** Allocates [from, end) past a file's end, or leaves the file as it was and throws. Blocks. */
    static void reserve(FileChannel channel, int fd, long from, long end) throws IOException {
        try {
            if (PosixAPI.posix().fallocate(fd, 0, from, end - from) != 0 || channel.size() < end) {
                channel.truncate(from);
                fillWithZeros(channel, from, end);
            }
        } catch (IOException e) {
            channel.truncate(from);
            throw new IOException("cannot allocate " + (end - from) + " bytes: " + e.getMessage(), e);
        }
    }

    /** Writes zeros over [from, end), through the file rather than a mapping. Blocks. */
    static void fillWithZeros(FileChannel channel, long from, long end) throws IOException {
        var zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, end - from));
        for (long position = from; position < end; position += zeros.position()) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), end - position));
            channel.write(zeros, position);
        }
    }
}
