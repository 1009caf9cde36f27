package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Reading;
import io.millrace.consumer.Consumer;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.serialization.ByteArraySerializer;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.protocol.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-end-to-end-latency.sh}: how long a record takes from its producer to its consumer, one at a time. */
@Command(name = "millrace-end-to-end-latency.sh", sortOptions = false, description = "Measures how long a record takes from its producer to its consumer, one at a time.")
public final class EndToEndLatency implements Tool {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "A topic that is used for nothing else.") private String topic;

    @Option(names = "--num-records", paramLabel = "COUNT", description = "How many records.") private Integer records;

    @Option(names = "--producer-acks", defaultValue = "1", paramLabel = "ACKS", description = "1 (default) or all.") private String acks;

    @Option(names = "--record-size", paramLabel = "BYTES", description = "The size of a value.") private Integer recordSize;

    @Option(names = "--record-key-size", defaultValue = "0", paramLabel = "BYTES", description = "The size of a key; 0 for none.") private int keySize;

    @Option(names = "--num-headers", defaultValue = "0", paramLabel = "COUNT", description = "Headers of each record.") private int headerCount;

    @Option(names = "--record-header-key-size", defaultValue = "0", paramLabel = "BYTES", description = "The size of a header's key.") private int headerKeySize;

    @Option(names = "--record-header-size", defaultValue = "0", paramLabel = "BYTES", description = "The size of a header's value.") private int headerSize;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new EndToEndLatency(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        var missing = topic == null ? "topic"
                : records == null ? "num-records"
                        : recordSize == null ? "record-size"
                                : null;
        if (missing != null) {
            throw ToolFailure.missing(missing);
        }
        if (!acks.equals("1") && !acks.equals("all")) {
            throw ToolFailure.of("Invalid value for --producer-acks: must be 1 or all");
        }
        var settings = cluster.settings(Map.of("enable.auto.commit", "false"), List.of());
        settings.remove("group.id");
        var latenciesNs = new long[records];
        try (var consumer = Reading.open(settings)) {
            var partitions = Reading.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            settings.putAll(Map.of("linger.ms", "0", "acks", acks));
            settings.remove("enable.auto.commit");
            try (var producer = new MillraceProducer<>(settings, new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                measure(producer, consumer, latenciesNs, console);
            }
        }
        print(latenciesNs, console);
        return 0;
    }

    private void measure(MillraceProducer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer,
            long[] latenciesNs, Console console) {
        var random = new SplittableRandom(0);
        double totalNs = 0;
        for (int i = 0; i < latenciesNs.length; i++) {
            var value = letters(random, recordSize);
            long startNs = System.nanoTime();
            ToolRun.await(producer.send(new ProducerRecord<>(topic, null,
                    keySize == 0 ? null : letters(random, keySize), value, headers(random))));
            var read = consumer.poll(LIMIT);
            latenciesNs[i] = System.nanoTime() - startNs;
            totalNs += latenciesNs[i];
            if (read.count() != 1 || !Arrays.equals(read.iterator().next().value(), value)) {
                throw ToolFailure.of(read.isEmpty() ? "poll() timed out before finding a result (timeout:["
                        + LIMIT.toMillis() + "ms])"
                        : "Read something else than what was sent: is the topic used otherwise?");
            }
            if (i % 1000 == 0) {
                console.out().println(i + "\t" + latenciesNs[i] / NS_PER_MS);
                console.out().flush();
            }
        }
        console.out().printf(Locale.ROOT, "Avg latency: %.4f ms%n%n",
                totalNs / latenciesNs.length / NS_PER_MS);
    }

    private List<RecordHeader> headers(SplittableRandom random) {
        var headers = new ArrayList<RecordHeader>();
        for (int i = 0; i < headerCount; i++) {
            headers.add(
                    new RecordHeader(new String(letters(random, headerKeySize), StandardCharsets.US_ASCII),
                            Bytes.copyOf(letters(random, headerSize))));
        }
        return headers;
    }

    private static byte[] letters(SplittableRandom random, int count) {
        var letters = new byte[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (byte) ('A' + random.nextInt(26));
        }
        return letters;
    }

    private static void print(long[] latenciesNs, Console console) {
        var sorted = latenciesNs.clone();
        Arrays.sort(sorted);
        console.out().printf(Locale.ROOT, "Percentiles: 50th = %d, 99th = %d, 99.9th = %d%n",
                percentileMs(sorted, 0.5), percentileMs(sorted, 0.99), percentileMs(sorted, 0.999));
    }

    private static long percentileMs(long[] sorted, double share) {
        return sorted.length == 0 ? 0
                : TimeUnit.NANOSECONDS
                        .toMillis(sorted[(int) Math.min(sorted.length - 1, sorted.length * share)]);
    }
}
