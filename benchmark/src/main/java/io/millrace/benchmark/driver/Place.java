package io.millrace.benchmark.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;

/** Where one broker lives: an empty folder of its own and a loopback port whose successor is free too. */
public record Place(Path folder, int port) {
    private static final int LOWEST_PORT = 10_000;
    private static final int HIGHEST_PORT = 32_000;

    public static Place fresh() throws IOException {
        return new Place(Files.createTempDirectory("millrace-benchmark"), freePort());
    }

    /**
     * Some brokers need two ports in a row. They lie below those that the kernel gives to outgoing connections, one of
     * which might else take the port while its broker is down.
     */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (isFree(port) && isFree(port + 1)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes the folder with all that the broker left there. */
    public void delete() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
