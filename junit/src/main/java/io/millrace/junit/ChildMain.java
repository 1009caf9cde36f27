package io.millrace.junit;

import io.millrace.broker.server.Main;
import java.io.IOException;

/**
 * The broker's process: ends when its standard input does, which also happens when the test's JVM is killed.
 */
final class ChildMain {
    private ChildMain() {}

    public static void main(String[] arguments) {
        var watch = new Thread(ChildMain::awaitEnd, "parent watch");
        watch.setDaemon(true);
        watch.start();
        Main.main(arguments);
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // whatever it says
            }
        } catch (IOException e) {
            System.err.println("The standard input failed: " + e.getMessage());
        }
        System.exit(0);
    }
}
