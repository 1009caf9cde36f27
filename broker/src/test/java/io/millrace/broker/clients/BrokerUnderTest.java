package io.millrace.broker.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The broker that a test class talks to: a Millrace process of its own, or the one that
 * {@code -Dmillrace.it.bootstrap=host:port} names. Owned by the test's thread.
 */
final class BrokerUnderTest implements BeforeAllCallback, AfterAllCallback {
    private static final String GIVEN = System.getProperty("millrace.it.bootstrap", "");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private BrokerProcess own;
    private Path dataDir;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (GIVEN.isEmpty()) {
            dataDir = Files.createTempDirectory("millrace-it");
            own = BrokerProcess.start(dataDir, "group.initial.rebalance.delay.ms=100");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (own != null) {
            own.close();
            deleteTree(dataDir);
        }
    }

    String bootstrap() {
        return own == null ? GIVEN : own.bootstrap();
    }

    /** A name that no other test used on this broker, for a topic or a group. */
    String freshName(String prefix) {
        return prefix + "-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    }

    static void deleteTree(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
