package io.millrace.benchmark.driver;

import io.millrace.consumer.MillraceConsumer;
import io.millrace.consumer.serialization.IntegerDeserializer;
import io.millrace.consumer.serialization.StringDeserializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A member of a group in a process of its own, to be killed: writes what it has read to a file before it commits. */
final class GroupMemberProcess {

    private GroupMemberProcess() {}

    /** Arguments: bootstrap server, topic, group, file. */
    public static void main(String[] arguments) throws IOException {
        var settings = Map.of("bootstrap.servers", arguments[0], "group.id", arguments[2],
                "auto.offset.reset",
                "earliest", "session.timeout.ms", 6_000, "heartbeat.interval.ms", 500, "enable.auto.commit",
                false);
        try (var consumer = new MillraceConsumer<>(settings, new StringDeserializer(),
                new IntegerDeserializer())) {
            consumer.subscribe(List.of(arguments[1]));
            while (true) {
                var lines = new StringBuilder();
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> lines.append(record.value()).append('\n'));
                Files.writeString(Path.of(arguments[3]), lines, StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                consumer.commitAsync((offsets, failure) -> {});
            }
        }
    }

    static Process start(String bootstrap, String topic, String group, Path file) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), GroupMemberProcess.class.getName(), bootstrap, topic,
                group, file.toString()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }
}
