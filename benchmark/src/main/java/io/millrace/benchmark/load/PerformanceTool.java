package io.millrace.benchmark.load;

import io.millrace.benchmark.driver.KafkaTarget;
import io.millrace.benchmark.driver.RunningBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Kafka's own performance tools as the load, each run in a process of its own; the broker's CPU is the result. */
public record PerformanceTool(KafkaTarget kafka, long records) {
    private static final String PRODUCER = "org.apache.kafka.tools.ProducerPerformance";
    private static final String CONSUMER = "org.apache.kafka.tools.ConsumerPerformance";

    /** Broker CPU per record, in nanoseconds, while that many 100-byte records come in with acks=1 and linger 5 ms. */
    public double produce(RunningBroker broker, String topic) {
        return cpuNsPerRecord(broker, PRODUCER, "--topic", topic, "--num-records", Long.toString(records),
                "--record-size", "100", "--throughput", "-1",
                "--command-property", "acks=1", "--command-property", "linger.ms=5");
    }

    /** Broker CPU per record, in nanoseconds, while a member of a group reads them all. */
    public double consume(RunningBroker broker, String topic) {
        return cpuNsPerRecord(broker, CONSUMER, "--topic", topic, "--num-records", Long.toString(records),
                "--timeout", "60000");
    }

    private double cpuNsPerRecord(RunningBroker broker, String tool, String... arguments) {
        var command = kafka.java(List.of("-Xmx512M"), tool, arguments);
        command.addAll(List.of("--bootstrap-server", broker.bootstrap()));
        double before = broker.cpuSeconds();
        run(command);
        return (broker.cpuSeconds() - before) * 1e9 / records;
    }

    private static void run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
