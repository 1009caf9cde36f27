package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.NamePattern;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-consumer-perf-test.sh}: measures how fast records are read. */
@Command(name = "millrace-consumer-perf-test.sh", sortOptions = false, description = "Measures how fast records are read.")
public final class ConsumerPerfTest implements Tool {
    private static final double BYTES_PER_MB = 1 << 20;
    private static final Duration STEP = Duration.ofMillis(100);

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to read.") private String topic;

    @Option(names = "--include", paramLabel = "PATTERN", description = "A regular expression of topics to read.") private String include;

    @Option(names = {"--num-records",
        "--messages"}, paramLabel = "COUNT", description = "How many records.") private Long records;

    @Option(names = "--group", paramLabel = "ID", description = "Read as a member of this group.") private String group;

    @Option(names = "--fetch-size", paramLabel = "BYTES", description = "Bytes of a partition in one answer.") private String fetchSize;

    @Option(names = "--from-latest", description = "Begin behind the last record.") private boolean fromLatest;

    @Option(names = "--socket-buffer-size", paramLabel = "BYTES", description = "Accepted; the kernel sizes it.") private String socketBuffer;

    @Option(names = "--timeout", defaultValue = "10000", paramLabel = "MS", description = "End when no record has come for so long.") private long timeoutMs;

    @Option(names = "--reporting-interval", defaultValue = "5000", paramLabel = "MS", description = "How often to print, with --show-detailed-stats.") private long intervalMs;

    @Option(names = "--show-detailed-stats", description = "Print while it runs.") private boolean isDetailed;

    @Option(names = "--hide-header", description = "Print no head of columns.") private boolean hidesHeader;

    @Option(names = "--date-format", defaultValue = "yyyy-MM-dd HH:mm:ss:SSS", paramLabel = "FORMAT", description = "How to print times.") private String dateFormat;

    @Option(names = {"--command-property",
        "--consumer-property"}, paramLabel = "NAME=VALUE", description = "A setting of the consumer; may be repeated.") private List<String> properties = List
                .of();

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ConsumerPerfTest(), arguments);
    }

    /** What had been read at a time. */
    private record Mark(long ms, long bytes, long records) {}

    @Override
    public int run(Console console) throws IOException {
        if ((topic == null) == (include == null)) {
            throw ToolFailure.usage("Exactly one of --include/--topic is required.");
        }
        if (records == null) {
            throw ToolFailure.missing("num-records");
        }
        var flags = new HashMap<>(Map.of("client.id", "perf-consumer-client", "auto.offset.reset",
                fromLatest ? "latest" : "earliest", "check.crcs", "false"));
        NamedValues.put(flags, "group.id", group, "max.partition.fetch.bytes", fetchSize,
                "receive.buffer.bytes",
                socketBuffer);
        var settings = cluster.settings(flags, properties);
        if (!settings.containsKey("group.id")) {
            settings.put("enable.auto.commit", "false");
        }
        if (!hidesHeader) {
            console.out().println((isDetailed ? "time, threadId" : "start.time, end.time")
                    + ", data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms,"
                    + " fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec");
        }
        read(settings, console);
        return 0;
    }

    private void read(Map<String, String> settings, Console console) {
        var start = new Mark(System.currentTimeMillis(), 0, 0);
        var now = start;
        var reported = start;
        long joinedMs = start.ms();
        try (var consumer = Reading.open(settings)) {
            if (topic != null) {
                Reading.topic(consumer, topic, settings);
            } else {
                Reading.matching(consumer, new NamePattern(include).pattern(), settings);
            }
            long lastMs = start.ms();
            while (now.records() < records && System.currentTimeMillis() - lastMs <= timeoutMs) {
                var batch = consumer.poll(STEP);
                long bytes = now.bytes();
                for (var record : batch) {
                    bytes += Math.max(0, record.serializedKeySize())
                            + Math.max(0, record.serializedValueSize());
                }
                joinedMs = now.records() == 0 && batch.isEmpty() && consumer.assignment().isEmpty()
                        ? System.currentTimeMillis()
                        : joinedMs;
                now = new Mark(System.currentTimeMillis(), bytes, now.records() + batch.count());
                lastMs = batch.isEmpty() ? lastMs : now.ms();
                if (isDetailed && now.ms() - reported.ms() >= intervalMs) {
                    print(console, time(now.ms()) + ", 0", reported, now, 0);
                    reported = now;
                }
            }
        }
        if (now.records() < records) {
            console.out()
                    .println("WARNING: Exiting before consuming the expected number of records: timeout ("
                            + timeoutMs
                            + " ms) exceeded. You can use the --timeout option to increase the timeout.");
        }
        if (!isDetailed) {
            print(console, time(start.ms()) + ", " + time(now.ms()), start, now, joinedMs - start.ms());
        }
    }

    private String time(long ms) {
        return DateTimeFormatter.ofPattern(dateFormat, Locale.ROOT).format(
                Instant.ofEpochMilli(ms).atZone(ZoneId.systemDefault()));
    }

    private static void print(Console console, String times, Mark from, Mark to, long joinMs) {
        double seconds = Math.max(1, to.ms() - from.ms()) / 1000.0;
        long fetchMs = Math.max(1, to.ms() - from.ms() - joinMs);
        double mb = to.bytes() / BYTES_PER_MB;
        double stepMb = mb - from.bytes() / BYTES_PER_MB;
        long step = to.records() - from.records();
        console.out().printf(Locale.ROOT, "%s, %.4f, %.4f, %d, %.4f, %d, %d, %.4f, %.4f%n", times, mb,
                stepMb / seconds, to.records(), step / seconds, joinMs, fetchMs, stepMb * 1000 / fetchMs,
                step * 1000.0 / fetchMs);
        console.out().flush();
    }
}
