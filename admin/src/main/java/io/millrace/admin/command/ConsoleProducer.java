package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.record.LineRecords;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.serialization.ByteArraySerializer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-console-producer.sh}: sends each line of the standard input as a record. */
@Command(name = "millrace-console-producer.sh", sortOptions = false, description = "Sends each line of the standard input as a record.")
public final class ConsoleProducer implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to send to.") private String topic;

    @Option(names = "--sync", description = "Wait for each record before the next is sent.") private boolean isSync;

    @Option(names = "--compression-codec", arity = "0..1", fallbackValue = "gzip", paramLabel = "CODEC", description = "none, gzip, snappy, lz4 or zstd; gzip if none is named.") private String codec;

    @Option(names = {"--batch-size",
        "--max-partition-memory-bytes"}, paramLabel = "BYTES", description = "Size of a batch.") private String batchSize;

    @Option(names = "--timeout", paramLabel = "MS", description = "How long a batch waits for more records.") private String lingerMs;

    @Option(names = "--request-required-acks", paramLabel = "ACKS", description = "all, 1 or 0.") private String acks;

    @Option(names = "--request-timeout-ms", paramLabel = "MS", description = "How long to wait for an answer.") private String requestTimeoutMs;

    @Option(names = "--max-block-ms", paramLabel = "MS", description = "How long to wait for the topic, and for memory.") private String maxBlockMs;

    @Option(names = "--max-memory-bytes", paramLabel = "BYTES", description = "Memory for records that wait.") private String memory;

    @Option(names = "--message-send-max-retries", paramLabel = "COUNT", description = "How often to send again.") private String retries;

    @Option(names = "--retry-backoff-ms", paramLabel = "MS", description = "The pause before that.") private String backoffMs;

    @Option(names = {"--reader-property",
        "--property"}, paramLabel = "NAME=VALUE", description = "parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator, ignore.error, null.marker.") private List<String> readerProperties = List
                .of();

    @Option(names = "--reader-config", paramLabel = "FILE", description = "The same, one name=value a line.") private Path readerConfig;

    @Option(names = {"--command-property",
        "--producer-property"}, paramLabel = "NAME=VALUE", description = "A setting of the producer; may be repeated.") private List<String> properties = List
                .of();

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ConsoleProducer(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (topic == null) {
            throw ToolFailure.missing("topic");
        }
        var settings = cluster.settings(flags(), properties);
        var reader = readerConfig == null ? new HashMap<String, String>()
                : new HashMap<>(Cluster.read(readerConfig));
        reader.putAll(NamedValues.parse(readerProperties));
        var records = new LineRecords(topic, reader);
        var failure = new AtomicReference<Exception>();
        try (var producer = new MillraceProducer<>(settings, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
            @SuppressWarnings("SystemConsoleNull") // the prompt of newer JDKs for a pipe does no harm
            boolean isInteractive = System.console() != null;
            long number = 0;
            prompt(isInteractive, console);
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var record = records.parse(line, ++number);
                if (isSync) {
                    ToolRun.await(producer.send(record));
                } else {
                    producer.send(record, (metadata, problem) -> failure.compareAndSet(null, problem));
                }
                prompt(isInteractive, console);
            }
        }
        if (failure.get() != null) {
            throw ToolFailure.of("Error when sending message to topic " + topic + ": "
                    + ToolRun.explain(failure.get()));
        }
        return 0;
    }

    private static void prompt(boolean isInteractive, Console console) {
        if (isInteractive) {
            console.out().print(">");
            console.out().flush();
        }
    }

    private Map<String, String> flags() {
        var flags = new HashMap<>(Map.of("client.id", "console-producer", "linger.ms", "1000"));
        NamedValues.put(flags, "compression.type", codec, "batch.size", batchSize, "linger.ms", lingerMs,
                "acks", acks,
                "request.timeout.ms", requestTimeoutMs, "max.block.ms", maxBlockMs, "buffer.memory", memory,
                "retries", retries, "retry.backoff.ms", backoffMs);
        return flags;
    }
}
