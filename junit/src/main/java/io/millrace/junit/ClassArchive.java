package io.millrace.junit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * An archive of loaded classes (CDS), by which a broker starts in about half the time. The first broker with a JDK and
 * a set of jars leaves it behind; its name is their fingerprint and its size, because a JVM that maps a file cut short
 * dies. All of this is an optimisation: whatever goes wrong, the broker starts without. Used by one thread.
 */
final class ClassArchive {
    private static final String PREFIX = "junit-";
    private static final String SUFFIX = ".jsa";
    private static final int MOST_OTHERS = 2;

    private final Path folder;
    private final String name;
    private final Path fresh;

    private ClassArchive(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.fresh = folder.resolve(name + "." + ProcessHandle.current().pid());
    }

    /** Empty where there cannot be one. */
    static Optional<ClassArchive> of(BrokerJars jars) {
        var cache = System.getenv("XDG_CACHE_HOME");
        var root = cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(cache);
        try {
            if (!jars.areAllJars()) {
                return Optional.empty();
            }
            var folder = Files.createDirectories(root.resolve("millrace"));
            return Optional.of(new ClassArchive(folder, PREFIX + fingerprint(jars)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String fingerprint(BrokerJars jars) throws IOException {
        var text = new StringBuilder(System.getProperty("java.vm.version"))
                .append(System.getProperty("java.home"));
        for (var jar : jars.classPath()) {
            text.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar).toMillis());
        }
        var checksum = new CRC32();
        checksum.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(checksum.getValue());
    }

    /** Has the JVM use the archive, or make it when it ends. */
    List<String> options() {
        var options = new ArrayList<>(List.of("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        if (Runtime.version().feature() >= 24) {
            options.add("-Xlog:aot=off"); // where newer JDKs complain of an archive that does not fit
        }
        whole().ifPresentOrElse(archive -> options.add("-XX:SharedArchiveFile=" + archive),
                () -> options.add("-XX:ArchiveClassesAtExit=" + fresh));
        return options;
    }

    private Optional<Path> whole() {
        try (var files = Files.list(folder)) {
            for (var file : files.filter(path -> path.getFileName().toString().startsWith(name + "-"))
                    .toList()) {
                if (file.getFileName().toString().equals(nameOf(Files.size(file)))) {
                    return Optional.of(file);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String nameOf(long sizeInBytes) {
        return name + "-" + sizeInBytes + SUFFIX;
    }

    /** The broker has ended: keeps the archive that it left, if it left one, and two of other jars or JDKs. */
    void keep() {
        try {
            if (Files.exists(fresh)) {
                deleteOldest();
                Files.move(fresh, folder.resolve(nameOf(Files.size(fresh))),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            fresh.toFile().delete();
        }
    }

    private void deleteOldest() throws IOException {
        try (var files = Files.list(folder)) {
            var older = files.filter(path -> path.getFileName().toString().matches(PREFIX + ".*" + SUFFIX))
                    .sorted(Comparator.comparing((Path path) -> path.toFile().lastModified()).reversed())
                    .skip(MOST_OTHERS).toList();
            for (var file : older) {
                Files.deleteIfExists(file);
            }
        }
    }
}
