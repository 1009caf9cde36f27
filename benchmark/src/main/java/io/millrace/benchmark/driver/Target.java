package io.millrace.benchmark.driver;

import java.nio.file.Path;

/** A broker that can be started, again and again, on an empty folder and a given loopback port. Stateless. */
public interface Target {
    String name();

    /** What an operator does once before the first start: not part of any measured time. */
    void prepare(Path folder, int port);

    /** Starts the broker's process and returns at once. */
    RunningBroker start(Path folder, int port);
}
