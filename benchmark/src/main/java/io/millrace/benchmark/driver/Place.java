package io.millrace.benchmark.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Where one broker lives: an empty folder of its own and a loopback port whose successor is free too. */
public record Place(Path folder, int port) {

    public static Place fresh() throws IOException {
        return new Place(Files.createTempDirectory("millrace-benchmark"), freePort());
    }

    /** Some brokers need two ports in a row. */
    private static int freePort() throws IOException {
        while (true) {
            try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = first.getLocalPort();
                if (isFree(port + 1)) {
                    return port;
                }
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
