package io.millrace.broker.clients;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A small file system of its own, which takes root to mount. The test's thread mounts, breaks and unmounts it. */
final class TestMount implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** EXT4_IOC_SHUTDOWN without a flush of the journal: from then on every call that needs the disk fails. */
    private static final String SHUT_DOWN = "import fcntl,os,struct,sys\n"
            + "fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))\n";

    private final Path root;
    private final Path folder;

    private TestMount(Path root) {
        this.root = root;
        this.folder = root.resolve("mount");
    }

    static TestMount tmpfs(Path root, int megabytes) {
        var mount = new TestMount(root);
        mount.createFolder();
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mount.folder.toString());
        return mount;
    }

    /** An ext4 in a file, through a loop device. */
    static TestMount ext4(Path root, int megabytes) {
        return ext4(root, megabytes, "-q");
    }

    /** The same with room for so many files only, a few of which it takes itself. */
    static TestMount ext4WithInodes(Path root, int megabytes, int inodes) {
        return ext4(root, megabytes, "-q", "-N", Integer.toString(inodes));
    }

    private static TestMount ext4(Path root, int megabytes, String... options) {
        var mount = new TestMount(root);
        mount.createFolder();
        var image = root.resolve("image");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = new ArrayList<>(List.of("mkfs.ext4", "-F", image.toString()));
        command.addAll(1, List.of(options));
        run(command.toArray(String[]::new));
        mount.mountAgain();
        return mount;
    }

    private void createFolder() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        ChildProcess.run(List.of(command), "", LIMIT);
    }

    Path folder() {
        return folder;
    }

    long usableBytes() {
        return folder.toFile().getUsableSpace();
    }

    /** Lets the disk fail at once, for good, as one that was pulled out; what was not forced is lost. */
    void shutDown() {
        run("python3", "-c", SHUT_DOWN, folder.toString());
    }

    void unmount() {
        run("umount", "-l", folder.toString());
    }

    void mountAgain() {
        run("mount", "-o", "loop", root.resolve("image").toString(), folder.toString());
    }

    @Override
    public void close() {
        unmount();
    }
}
