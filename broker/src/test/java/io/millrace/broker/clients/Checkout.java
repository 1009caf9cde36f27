package io.millrace.broker.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source checkout that the tests run in, and the distribution built from it. Stateless. */
public final class Checkout {
    private static final Path ROOT = findRoot();

    private Checkout() {}

    public static Path path(String relativeToRoot) {
        return ROOT.resolve(relativeToRoot);
    }

    /** The distribution folder of the last build, or the one that {@code -Dmillrace.it.distribution} names. */
    public static Path distribution() {
        var given = System.getProperty("millrace.it.distribution", "");
        if (!given.isEmpty()) {
            return Path.of(given);
        }
        try (var folders = Files.newDirectoryStream(ROOT.resolve("target"), "millrace-*")) {
            for (var folder : folders) {
                return folder;
            }
            throw new AssertionError(
                    "no distribution in " + ROOT.resolve("target") + "; build it with: mvn package");
        } catch (IOException e) {
            throw new UncheckedIOException("no distribution; build it with: mvn package", e);
        }
    }

    private static Path findRoot() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("broker/src/test/clients"))) {
                return folder;
            }
        }
        throw new AssertionError("not inside a source checkout: " + Path.of("").toAbsolutePath());
    }
}
