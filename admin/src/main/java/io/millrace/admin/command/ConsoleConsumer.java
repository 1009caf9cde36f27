package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.NamePattern;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Reading;
import io.millrace.admin.command.record.RecordPrinter;
import io.millrace.consumer.Consumer;
import io.millrace.consumer.poll.WakeupException;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-console-consumer.sh}: prints the records of topics as lines. */
@Command(name = "millrace-console-consumer.sh", sortOptions = false, description = {
    "Prints the records of topics as lines.", "Without a group it reads alone, and leaves no group behind."})
public final class ConsoleConsumer implements Tool {
    private static final Duration STEP = Duration.ofMillis(200);

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to read.") private String topic;

    @Option(names = {"--include",
        "--whitelist"}, paramLabel = "PATTERN", description = "A regular expression, or a list, of topics to read.") private String include;

    @Option(names = "--from-beginning", description = "Begin at the first record, unless the group has been further.") private boolean fromBeginning;

    @Option(names = "--partition", paramLabel = "ID", description = "Read only this partition.") private Integer partition;

    @Option(names = "--offset", defaultValue = "latest", paramLabel = "OFFSET", description = "With --partition: an offset, earliest or latest (default).") private String offset;

    @Option(names = "--group", paramLabel = "ID", description = "Read as a member of this group.") private String group;

    @Option(names = "--max-messages", defaultValue = "-1", paramLabel = "COUNT", description = "End after so many records.") private long maxMessages;

    @Option(names = "--timeout-ms", defaultValue = "-1", paramLabel = "MS", description = "End when no record has come for so long.") private long timeoutMs;

    @Option(names = "--isolation-level", defaultValue = "read_uncommitted", paramLabel = "LEVEL", description = "read_uncommitted (default) or read_committed.") private String isolation;

    @Option(names = {"--formatter-property",
        "--property"}, paramLabel = "NAME=VALUE", description = "print.key, print.value, print.timestamp, print.offset, print.partition, print.headers, key.separator, line.separator, headers.separator, null.literal.") private List<String> formatterProperties = List
                .of();

    @Option(names = "--formatter-config", paramLabel = "FILE", description = "The same, one name=value a line.") private Path formatterConfig;

    @Option(names = {"--command-property",
        "--consumer-property"}, paramLabel = "NAME=VALUE", description = "A setting of the consumer; may be repeated.") private List<String> properties = List
                .of();

    private volatile Consumer<byte[], byte[]> consumer;

    /** Runs the tool; an interrupt ends it in order. */
    public static void main(String[] arguments) {
        var tool = new ConsoleConsumer();
        ToolRun.mainUntilStopped(tool, tool::stop, arguments);
    }

    private void stop() {
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    @Override
    public int run(Console console) throws IOException {
        if ((topic == null) == (include == null)) {
            throw ToolFailure.usage("Exactly one of --include/--topic is required. ");
        }
        if (partition != null && topic == null) {
            throw ToolFailure.usage("The topic is required when partition is specified.");
        }
        var settings = settings();
        var formatter = formatterConfig == null ? new HashMap<String, String>()
                : new HashMap<>(Cluster.read(formatterConfig));
        formatter.putAll(NamedValues.parse(formatterProperties));
        long printed = 0;
        try (var opened = Reading.open(settings)) {
            consumer = opened;
            start(settings);
            printed = print(new RecordPrinter(console.out(), formatter), console);
        } finally {
            consumer = null;
        }
        console.flush();
        console.err().println("Processed a total of " + printed + " messages");
        return 0;
    }

    private Map<String, String> settings() throws IOException {
        var flags = new HashMap<>(Map.of("client.id", "console-consumer", "isolation.level", isolation,
                "auto.offset.reset", fromBeginning ? "earliest" : "latest"));
        NamedValues.put(flags, "group.id", group);
        var settings = cluster.settings(flags, properties);
        if (!settings.containsKey("group.id") || partition != null) {
            settings.put("enable.auto.commit", "false");
        }
        return settings;
    }

    private void start(Map<String, String> settings) {
        if (partition == null) {
            if (topic != null) {
                Reading.topic(consumer, topic, settings);
            } else {
                Reading.matching(consumer, new NamePattern(include).pattern(), settings);
            }
            return;
        }
        var one = new TopicPartition(topic, partition);
        if (!Reading.partitions(consumer, topic).contains(one)) {
            throw ToolFailure.of("Topic " + topic + " has no partition " + partition);
        }
        consumer.assign(List.of(one));
        if (offset.equals("earliest") || fromBeginning) {
            consumer.seekToBeginning(List.of(one));
        } else if (offset.equals("latest")) {
            consumer.seekToEnd(List.of(one));
        } else {
            consumer.seek(one, offsetNumber());
        }
    }

    private long offsetNumber() {
        try {
            long number = Long.parseLong(offset);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrongOffset();
        }
        throw wrongOffset();
    }

    private ToolFailure wrongOffset() {
        return ToolFailure.usage("The provided offset value '" + offset + "' is incorrect. Valid values are"
                + " 'earliest', 'latest', or a non-negative long.");
    }

    private long print(RecordPrinter printer, Console console) {
        long printed = 0;
        long lastNs = System.nanoTime();
        try {
            while (maxMessages < 0 || printed < maxMessages) {
                var records = consumer.poll(STEP);
                var unread = new HashSet<TopicPartition>();
                for (var record : records) {
                    if (maxMessages < 0 || printed < maxMessages) {
                        printer.print(record);
                        printed++;
                    } else if (unread.add(record.topicPartition())) {
                        consumer.seek(record.topicPartition(), record.offset());
                    }
                }
                console.out().flush();
                long nowNs = System.nanoTime();
                lastNs = records.isEmpty() ? lastNs : nowNs;
                if (console.out().checkError()) {
                    throw ToolFailure.of("Unable to write to standard out, closing consumer.");
                }
                if (timeoutMs >= 0 && nowNs - lastNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
                    break;
                }
            }
        } catch (WakeupException e) {
            console.err().println("Stopped.");
        }
        return printed;
    }
}
