package io.millrace.benchmark.compare;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.millrace.benchmark.driver.ClientProducer;
import io.millrace.benchmark.load.LatencyHistogram;
import io.millrace.benchmark.load.OpenLoop;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One producer under load in a JVM of its own, and what it cost, a figure a line: records a second flat out, CPU and
 * allocated bytes per record, then the latency of acknowledgements at a fixed rate. One thread sends.
 */
public final class ProducerRun {
    private static final int RECORD_BYTES = 100;
    private static final int RATE = 10_000;
    private static final int RATE_SECONDS = 10;
    /** Between two looks at what is acknowledged: the client and the broker need the core more. */
    private static final long PAUSE_NS = 20_000;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ClientProducer producer;
    private final long records;

    private ProducerRun(ClientProducer producer, long records) {
        this.producer = producer;
        this.records = records;
    }

    /** Arguments: library, bootstrap address, topic, records. */
    public static void main(String[] arguments) {
        try (var producer = ClientProducer.open(arguments[0], arguments[1], arguments[2])) {
            new ProducerRun(producer, Long.parseLong(arguments[3])).run();
        }
    }

    private void run() {
        flatOut(false);
        flatOut(true);
        latency(false);
        latency(true);
    }

    private void flatOut(boolean counts) {
        byte[] value = new byte[RECORD_BYTES];
        long startNs = System.nanoTime();
        long cpuNs = process.getProcessCpuTime();
        long bytes = allocatedBytes();
        for (long i = 0; i < records; i++) {
            producer.send(value, null);
        }
        producer.flush();
        if (counts) {
            print("records/s", records * 1e9 / (System.nanoTime() - startNs));
            print("cpu", (double) (process.getProcessCpuTime() - cpuNs) / records);
            print("allocated", (double) (allocatedBytes() - bytes) / records);
        }
    }

    private long allocatedBytes() {
        long bytes = 0;
        for (long each : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            bytes += Math.max(0, each);
        }
        return bytes;
    }

    private void latency(boolean counts) {
        var acknowledged = new AtomicLong();
        byte[] value = new byte[RECORD_BYTES];
        var loop = new OpenLoop(new OpenLoop.Log() {
            @Override
            public void append() {
                producer.send(value, acknowledged::incrementAndGet);
            }

            @Override
            public long complete() {
                LockSupport.parkNanos(PAUSE_NS);
                return acknowledged.get();
            }
        }, RATE);
        var latencies = loop.run(counts ? RATE_SECONDS : 2);
        producer.flush();
        if (counts) {
            printQuantiles(latencies);
        }
    }

    private static void printQuantiles(LatencyHistogram latencies) {
        print("p50", latencies.quantileNs(0.5) / 1e6);
        print("p99", latencies.quantileNs(0.99) / 1e6);
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %f%n", name, value);
    }
}
