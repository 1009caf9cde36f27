package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Reading;
import io.millrace.consumer.Consumer;
import io.millrace.consumer.ConsumerRecord;
import io.millrace.consumer.ConsumerRecords;
import io.millrace.consumer.RebalanceListener;
import io.millrace.consumer.poll.WakeupException;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-verifiable-consumer.sh}: reads in a group and says, as lines of JSON, what it was given and did. */
@Command(name = "millrace-verifiable-consumer.sh", sortOptions = false, description = "Reads in a group and says, as lines of JSON, what it was given and did.")
public final class VerifiableConsumer implements Tool {
    private static final Duration STEP = Duration.ofMillis(200);

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to read.") private String topic;

    @Option(names = "--group-id", paramLabel = "ID", description = "The group.") private String group;

    @Option(names = "--group-instance-id", paramLabel = "ID", description = "Makes it a static member.") private String instance;

    @Option(names = "--max-messages", defaultValue = "-1", paramLabel = "COUNT", description = "End after so many records.") private long maxMessages;

    @Option(names = "--session-timeout", paramLabel = "MS", description = "After how long without a sign of life it is thought dead.") private String sessionTimeoutMs;

    @Option(names = "--verbose", description = "Print each record.") private boolean isVerbose;

    @Option(names = "--enable-autocommit", description = "Commit now and then instead of after each poll.") private boolean commitsItself;

    @Option(names = "--reset-policy", defaultValue = "earliest", paramLabel = "POLICY", description = "earliest (default), latest or none.") private String resetPolicy;

    @Option(names = "--assignment-strategy", paramLabel = "CLASS", description = "The assignor.") private String assignor;

    @SuppressWarnings("UnusedVariable") // accepted as Kafka's tool does: the classic protocol is the one spoken
    @Option(names = "--group-protocol", paramLabel = "PROTOCOL", description = "classic.") private String protocol;

    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean isStopped;

    /** Runs the tool; an interrupt ends it in order. */
    public static void main(String[] arguments) {
        var tool = new VerifiableConsumer();
        ToolRun.mainUntilStopped(tool, tool::stop, arguments);
    }

    private void stop() {
        isStopped = true;
        var reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    @Override
    public int run(Console console) throws IOException {
        if (topic == null || group == null) {
            throw ToolFailure.missing(topic == null ? "topic" : "group-id");
        }
        var flags = new HashMap<>(Map.of("group.id", group, "auto.offset.reset", resetPolicy,
                "enable.auto.commit", Boolean.toString(commitsItself)));
        NamedValues.put(flags, "group.instance.id", instance, "session.timeout.ms", sessionTimeoutMs,
                "partition.assignment.strategy", assignor);
        var settings = cluster.settings(flags, List.of());
        try (var opened = Reading.open(settings)) {
            consumer = opened;
            say(console, "startup_complete");
            opened.subscribe(List.of(topic), listener(console));
            read(opened, console);
        } finally {
            consumer = null;
            say(console, "shutdown_complete");
        }
        return 0;
    }

    private static RebalanceListener listener(Console console) {
        return new RebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                say(console, "partitions_assigned", "partitions", list(partitions));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                say(console, "partitions_revoked", "partitions", list(partitions));
            }
        };
    }

    private static List<Object> list(Collection<TopicPartition> partitions) {
        return partitions.stream().sorted()
                .<Object>map(each -> Json.object("topic", each.topic(), "partition", each.partition()))
                .toList();
    }

    private void read(Consumer<byte[], byte[]> reading, Console console) {
        long count = 0;
        try {
            while (!isStopped && (maxMessages < 0 || count < maxMessages)) {
                var read = taken(reading.poll(STEP), maxMessages < 0 ? Long.MAX_VALUE : maxMessages - count);
                if (!read.isEmpty()) {
                    count += tell(read, console);
                    if (!commitsItself) {
                        commit(reading, read, console);
                    }
                }
            }
        } catch (WakeupException e) {
            isStopped = true;
        }
    }

    /** The records by their partitions, the first of them up to a number. */
    private static SortedMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> taken(
            ConsumerRecords<byte[], byte[]> records, long most) {
        var taken = new TreeMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        long left = most;
        for (var partition : records.partitions().stream().sorted().toList()) {
            var all = records.records(partition);
            var own = all.subList(0, (int) Math.min(all.size(), left));
            if (!own.isEmpty()) {
                taken.put(partition, own);
                left -= own.size();
            }
        }
        return taken;
    }

    private long tell(SortedMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read, Console console) {
        var partitions = new ArrayList<Object>();
        long count = 0;
        for (var each : read.entrySet()) {
            var partition = each.getKey();
            var own = each.getValue();
            count += own.size();
            partitions
                    .add(Json.object("topic", partition.topic(), "partition", partition.partition(), "count",
                            own.size(), "minOffset", own.get(0).offset(), "maxOffset",
                            own.get(own.size() - 1).offset()));
            if (isVerbose) {
                own.forEach(record -> say(console, "record_data", "key", text(record.key()), "value",
                        text(record.value()), "topic", record.topic(), "partition", record.partition(),
                        "offset",
                        record.offset()));
            }
        }
        say(console, "records_consumed", "count", count, "partitions", partitions);
        return count;
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static void commit(Consumer<byte[], byte[]> reading,
            SortedMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read, Console console) {
        var offsets = new TreeMap<TopicPartition, OffsetAndMetadata>();
        read.forEach((partition, own) -> offsets.put(partition,
                new OffsetAndMetadata(own.get(own.size() - 1).offset() + 1)));
        String problem = null;
        try {
            reading.commitSync(offsets);
        } catch (WakeupException e) {
            throw e;
        } catch (RuntimeException e) {
            problem = ToolRun.explain(e);
        }
        var list = new ArrayList<Object>();
        offsets.forEach((partition, offset) -> list.add(Json.object("topic", partition.topic(), "partition",
                partition.partition(), "offset", offset.offset())));
        var fields = Json.object("offsets", list, "success", problem == null);
        if (problem != null) {
            fields.put("error", problem);
        }
        say(console, "offsets_committed", fields);
    }

    private static void say(Console console, String name, Object... namesAndValues) {
        say(console, name, Json.object(namesAndValues));
    }

    private static void say(Console console, String name, Map<String, Object> fields) {
        var line = Json.object("timestamp", System.currentTimeMillis(), "name", name);
        line.putAll(fields);
        console.out().println(Json.text(line));
        console.out().flush();
    }
}
