package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Latencies;
import io.millrace.admin.command.record.Pace;
import io.millrace.producer.Callback;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.serialization.ByteArraySerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-producer-perf-test.sh}: measures how fast records are acknowledged. */
@Command(name = "millrace-producer-perf-test.sh", sortOptions = false, description = "Measures how fast records are acknowledged.")
public final class ProducerPerfTest implements Tool {
    private static final double BYTES_PER_MB = 1 << 20;

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to send to.") private String topic;

    @Option(names = "--num-records", paramLabel = "COUNT", description = "How many records.") private Long records;

    @Option(names = "--record-size", paramLabel = "BYTES", description = "The size of each, of random letters.") private Integer recordSize;

    @Option(names = "--payload-file", paramLabel = "FILE", description = "Values to choose from at random, instead.") private Path payloadFile;

    @Option(names = "--payload-delimiter", defaultValue = "\\n", paramLabel = "TEXT", description = "What stands between the values in the file.") private String delimiter;

    @Option(names = "--payload-monotonic", description = "Numbers from 0 on as values, instead.") private boolean isMonotonic;

    @Option(names = "--throughput", paramLabel = "COUNT", description = "Records per second at most; -1 for as many as possible.") private Double throughput;

    @Option(names = "--warmup-records", defaultValue = "0", paramLabel = "COUNT", description = "Records at the beginning that do not count.") private long warmUpRecords;

    @Option(names = "--reporting-interval", defaultValue = "5000", paramLabel = "MS", description = "How often to print.") private long intervalMs;

    @Option(names = "--print-metrics", description = "Print the producer's counters at the end.") private boolean printsMetrics;

    @Option(names = {"--command-property",
        "--producer-props"}, arity = "1..*", paramLabel = "NAME=VALUE", description = "Settings of the producer.") private List<String> properties = new ArrayList<>();

    private final AtomicLong failed = new AtomicLong();

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ProducerPerfTest(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        var missing = topic == null ? "--topic"
                : records == null ? "--num-records"
                        : throughput == null ? "--throughput"
                                : null;
        if (missing != null) {
            throw ToolFailure.usage("argument " + missing + " is required");
        }
        if (Stream.of(recordSize != null, payloadFile != null, isMonotonic).filter(each -> each)
                .count() != 1) {
            throw ToolFailure
                    .usage("one of the arguments --record-size --payload-file --payload-monotonic is required");
        }
        if (!cluster.isGiven()) {
            cluster.take(properties);
        }
        var settings = cluster.settings(Map.of("client.id", "perf-producer-client"), properties);
        var payloads = payloads();
        try (var producer = new MillraceProducer<>(settings, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var all = send(producer, payloads, console);
            producer.flush();
            all.printTotal(console);
            if (printsMetrics) {
                console.out().println(producer.metrics());
            }
        }
        if (failed.get() > 0) {
            throw ToolFailure.of(failed.get() + " records were not acknowledged");
        }
        return 0;
    }

    private List<byte[]> payloads() throws IOException {
        if (payloadFile != null) {
            var values = Stream.of(Files.readString(payloadFile).split(delimiter.replace("\\n", "\n"), -1))
                    .filter(each -> !each.isEmpty()).map(each -> each.getBytes(StandardCharsets.UTF_8))
                    .toList();
            if (values.isEmpty()) {
                throw ToolFailure.of("There are no values in " + payloadFile);
            }
            return values;
        }
        var random = new SplittableRandom(0);
        var payload = new byte[recordSize == null ? 0 : recordSize];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) ('A' + random.nextInt(26));
        }
        return List.of(payload);
    }

    private Window send(MillraceProducer<byte[], byte[]> producer, List<byte[]> payloads, Console console) {
        var random = new SplittableRandom(1);
        var pace = new Pace(throughput);
        var all = new Window(records);
        var window = new Window(records);
        for (long i = 0; i < records; i++) {
            if (i == warmUpRecords && i > 0) {
                producer.flush();
                all = new Window(records - i);
                window = new Window(records - i);
            }
            var value = isMonotonic ? Long.toString(i).getBytes(StandardCharsets.UTF_8)
                    : payloads.get(random.nextInt(payloads.size()));
            producer.send(new ProducerRecord<>(topic, value), timing(window, all, value.length));
            if (window.isOver(intervalMs)) {
                window.print(console);
                window = new Window(records);
            }
            pace.await(i + 1);
        }
        return all;
    }

    private Callback timing(Window window, Window all, int bytes) {
        long startNs = System.nanoTime();
        return (metadata, failure) -> {
            if (failure != null) {
                failed.incrementAndGet();
            } else {
                long latencyMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                window.add(latencyMs, bytes);
                all.add(latencyMs, bytes);
            }
        };
    }

    /** What was acknowledged since its start. */
    private static final class Window {
        private final long startNs = System.nanoTime();
        private final Latencies latencies;
        private final AtomicLong bytes = new AtomicLong();

        Window(long expected) {
            latencies = new Latencies(expected);
        }

        void add(long latencyMs, int recordBytes) {
            latencies.add(latencyMs);
            bytes.addAndGet(recordBytes);
        }

        boolean isOver(long intervalMs) {
            return System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(intervalMs);
        }

        private double perSecond(double amount) {
            return amount * TimeUnit.SECONDS.toNanos(1) / Math.max(1, System.nanoTime() - startNs);
        }

        void print(Console console) {
            console.out().printf(Locale.ROOT,
                    "%d records sent, %.1f records/sec (%.2f MB/sec), %.1f ms avg latency, %.1f ms max latency.%n",
                    latencies.count(), perSecond((double) latencies.count()),
                    perSecond(bytes.get() / BYTES_PER_MB),
                    latencies.averageMs(), (double) latencies.maxMs());
            console.out().flush();
        }

        void printTotal(Console console) {
            console.out().printf(Locale.ROOT,
                    "%d records sent, %f records/sec (%.2f MB/sec), %.2f ms avg latency,"
                            + " %.2f ms max latency, %d ms 50th, %d ms 95th, %d ms 99th, %d ms 99.9th.%n",
                    latencies.count(),
                    perSecond((double) latencies.count()), perSecond(bytes.get() / BYTES_PER_MB),
                    latencies.averageMs(),
                    (double) latencies.maxMs(), latencies.percentileMs(0.5), latencies.percentileMs(0.95),
                    latencies.percentileMs(0.99), latencies.percentileMs(0.999));
        }
    }
}
