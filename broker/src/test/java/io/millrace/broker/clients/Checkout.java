package io.millrace.broker.clients;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source checkout that the tests run in. Stateless. */
final class Checkout {
    private static final Path ROOT = findRoot();

    private Checkout() {}

    static Path path(String relativeToRoot) {
        return ROOT.resolve(relativeToRoot);
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
