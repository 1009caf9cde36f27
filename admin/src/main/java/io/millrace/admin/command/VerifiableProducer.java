package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.Pace;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.RecordMetadata;
import io.millrace.producer.serialization.StringSerializer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-verifiable-producer.sh}: sends numbers and says of each, as a line of JSON, what became of it. */
@Command(name = "millrace-verifiable-producer.sh", sortOptions = false, description = "Sends numbers and says of each, as a line of JSON, what became of it.")
public final class VerifiableProducer implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to send to.") private String topic;

    @Option(names = "--max-messages", defaultValue = "-1", paramLabel = "COUNT", description = "How many; without end if absent.") private long maxMessages;

    @Option(names = "--throughput", defaultValue = "-1", paramLabel = "COUNT", description = "Records per second at most; as many as possible if absent.") private long throughput;

    @Option(names = "--acks", defaultValue = "-1", paramLabel = "ACKS", description = "0, 1 or -1 (default: all).") private String acks;

    @Option(names = "--value-prefix", paramLabel = "NUMBER", description = "Stands before each value, with a dot.") private Integer prefix;

    @Option(names = "--repeating-keys", defaultValue = "0", paramLabel = "COUNT", description = "Keys from 0 on, over and over.") private int keys;

    @Option(names = "--message-create-time", defaultValue = "-1", paramLabel = "MS", description = "The timestamp of the first record; later ones follow by the clock.") private long createTimeMs;

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean isStopped = new AtomicBoolean();

    /** Runs the tool; an interrupt ends it in order. */
    public static void main(String[] arguments) {
        var tool = new VerifiableProducer();
        ToolRun.mainUntilStopped(tool, () -> tool.isStopped.set(true), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (topic == null) {
            throw ToolFailure.missing("topic");
        }
        var settings = cluster.settings(Map.of("acks", acks, "retries", "0", "enable.idempotence", "false"),
                List.of());
        say(console, "startup_complete");
        long startMs = System.currentTimeMillis();
        long startNs = System.nanoTime();
        long sent = 0;
        try (var producer = new MillraceProducer<>(settings, new StringSerializer(),
                new StringSerializer())) {
            var pace = new Pace(throughput);
            while ((maxMessages < 0 || sent < maxMessages) && !isStopped.get()) {
                var value = (prefix == null ? "" : prefix + ".") + sent;
                var key = keys == 0 ? null : Long.toString(sent % keys);
                var timestampMs = createTimeMs < 0 ? null
                        : Long.valueOf(createTimeMs + System.currentTimeMillis() - startMs);
                producer.send(new ProducerRecord<>(topic, null, timestampMs, key, value),
                        (metadata, failure) -> tell(console, key, value, metadata, failure));
                pace.await(++sent);
            }
        }
        double seconds = (System.nanoTime() - startNs) / (double) TimeUnit.SECONDS.toNanos(1);
        say(console, "shutdown_complete");
        say(console, "tool_data", "sent", sent, "acked", acknowledged.get(), "target_throughput", throughput,
                "avg_throughput", acknowledged.get() / seconds);
        return 0;
    }

    private void tell(Console console, String key, String value, RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            acknowledged.incrementAndGet();
            say(console, "producer_send_success", "key", key, "value", value, "offset", metadata.offset(),
                    "topic",
                    topic, "partition", metadata.partition());
        } else {
            say(console, "producer_send_error", "topic", topic, "key", key, "value", value, "exception",
                    failure.getClass().toString(), "message", ToolRun.explain(failure));
        }
    }

    private static void say(Console console, String name, Object... namesAndValues) {
        var line = Json.object("timestamp", System.currentTimeMillis(), "name", name);
        line.putAll(Json.object(namesAndValues));
        synchronized (console) {
            console.out().println(Json.text(line));
            console.out().flush();
        }
    }
}
