package io.millrace.broker.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import net.openhft.chronicle.core.Jvm;
import net.openhft.posix.MSyncFlag;
import net.openhft.posix.PosixAPI;

/** The calls as the kernel answers them; zeros are written where it cannot allocate. Stateless. */
final class SystemCalls implements DiskCalls {
    private static final int ZEROS_BYTES = 1 << 20;

    @Override
    public void allocate(RandomAccessFile file, long from, long end) throws IOException {
        var channel = file.getChannel();
        try {
            int fd = Jvm.<Integer>getValue(file.getFD(), "fd");
            if (PosixAPI.posix().fallocate(fd, 0, from, end - from) != 0 || channel.size() < end) {
                channel.truncate(from);
                fillWithZeros(channel, from, end);
            }
        } catch (IOException e) {
            channel.truncate(from);
            throw new IOException("cannot allocate " + (end - from) + " bytes: " + e.getMessage(), e);
        }
    }

    private static void fillWithZeros(FileChannel channel, long from, long end) throws IOException {
        var zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, end - from));
        for (long position = from; position < end; position += zeros.position()) {
            zeros.position(0).limit((int) Math.min(zeros.capacity(), end - position));
            channel.write(zeros, position);
        }
    }

    @Override
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        channel.force(withMetadata);
    }

    @Override
    public void forceMapped(long address, long sizeInBytes) throws IOException {
        var posix = PosixAPI.posix();
        if (posix.msync(address, sizeInBytes, MSyncFlag.MS_SYNC) != 0) {
            throw new IOException("msync: " + posix.lastErrorStr());
        }
    }

    @Override
    public long usableBytes(Path folder) {
        return folder.toFile().getUsableSpace();
    }

    @Override
    public long totalBytes(Path folder) {
        return folder.toFile().getTotalSpace();
    }

    @Override
    public ExecutorService forceThreads(String name) {
        return Flusher.threads(name);
    }
}
