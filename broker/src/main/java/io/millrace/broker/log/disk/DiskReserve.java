package io.millrace.broker.log.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Space that is held back in the file {@code .reserve}, and inodes in empty files beside it, given up when a disk is
 * full, so that checkpoints, indexes and metadata can still be written. One storage thread at a time; every call blocks.
 */
final class DiskReserve {
    static final String FILE_NAME = ".reserve";
    private static final int INODES = 8;

    private final Path file;
    private final DiskCalls calls;
    private final long sizeInBytes;
    private boolean isHeld;

    DiskReserve(Path directory, DiskCalls calls, long sizeInBytes) {
        this.file = directory.resolve(FILE_NAME);
        this.calls = calls;
        this.sizeInBytes = sizeInBytes;
    }

    long sizeInBytes() {
        return sizeInBytes;
    }

    /** Whether the file has its size already. */
    boolean isWhole() throws IOException {
        return isHeld || Files.exists(file) && Files.size(file) >= sizeInBytes;
    }

    /** Makes the file as large as it should be, in blocks that really exist. */
    void hold() throws IOException {
        if (isHeld) {
            return;
        }
        try (var reserve = new RandomAccessFile(file.toFile(), "rw")) {
            long lengthBytes = reserve.length();
            if (lengthBytes > sizeInBytes) {
                reserve.setLength(sizeInBytes);
            } else if (lengthBytes < sizeInBytes) {
                calls.allocate(reserve, lengthBytes, sizeInBytes);
            }
        }
        holdInodes();
        isHeld = true;
    }

    /** Only where there are as many again: a disk that has none to spare would be full at once. */
    private void holdInodes() throws IOException {
        try {
            for (int i = 0; i < 2 * INODES; i++) {
                if (Files.notExists(inode(i))) {
                    Files.createFile(inode(i));
                }
            }
        } catch (IOException e) {
            deleteInodes(0);
            throw e;
        }
        deleteInodes(INODES);
    }

    private Path inode(int number) {
        return file.resolveSibling(FILE_NAME + "-" + number);
    }

    private void deleteInodes(int from) throws IOException {
        for (int i = from; i < 2 * INODES; i++) {
            Files.deleteIfExists(inode(i));
        }
    }

    /** Gives space and inodes back; the file itself stays, empty. */
    void release() throws IOException {
        isHeld = false;
        deleteInodes(0);
        try (var reserve = new RandomAccessFile(file.toFile(), "rw")) {
            reserve.setLength(0);
        }
    }

    /** Writes a few bytes, which fails at once on a disk that is gone or became read-only. */
    void probe() throws IOException {
        try (var reserve = new RandomAccessFile(file.toFile(), "rw")) {
            reserve.getChannel().write(ByteBuffer.allocate(Long.BYTES), 0);
        }
    }
}
