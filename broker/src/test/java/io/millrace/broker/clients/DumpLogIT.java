package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpLogIT {
    private static final String TOPIC = "dumped";
    private static final String GROUP = "dump-group";
    private static final int RECORDS_PER_CODEC = 20_000;
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    /** The tool also reports that -1 is followed by the first offset of every file but the first: that is no complaint. */
    private static final Pattern COMPLAINT = Pattern
            .compile(
                    "(?i)mismatch|corrupt|out of order|(?<!-)\\b\\d+ is followed by|isvalid: false|exception|fails|not found");

    @Test
    void cleanlyClosedFilesReadWithoutComplaint(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            fill(new JavaClients(broker.bootstrap()));
            broker.stop();
        }

        var logs = KafkaTools.dumpLog("--deep-iteration", "--print-data-log", "--files",
                files(dataDir, TOPIC, "log"));
        assertThat(complaints(logs)).isEmpty();
        assertThat(logs.lines().filter(line -> line.contains("payload: ")))
                .hasSize(RECORDS_PER_CODEC * CODECS.size());
        assertThat(logs.lines().filter(line -> line.startsWith("Dumping ")).count()).isGreaterThan(1);

        for (var kind : List.of("index", "timeindex")) {
            var indexes = files(dataDir, TOPIC, kind);
            assertThat(complaints(KafkaTools.dumpLog("--deep-iteration", "--files", indexes))).isEmpty();
            assertThat(KafkaTools.dumpLog("--index-sanity-check", "--files", indexes))
                    .contains("passed sanity check").doesNotContain("fails");
        }
        assertThat(KafkaTools.dumpLog("--files", files(dataDir, TOPIC, "snapshot"))).contains("producerId: ");
    }

    @Test
    void groupOffsetsReadAsKafkasOwn(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic(TOPIC, 1);
            produce(clients, "none", 10);
            commitInGroup(clients, 10);
            broker.stop();
        }
        var dump = KafkaTools.dumpLog("--offsets-decoder", "--files",
                files(dataDir, "__consumer_offsets", "log"));
        assertThat(complaints(dump)).isEmpty();
        assertThat(dump).contains("\"group\":\"" + GROUP + "\"", "\"topic\":\"" + TOPIC + "\"",
                "\"offset\":10",
                "\"protocolType\":\"consumer\"");
    }

    @Test
    void millracesToolShowsWhatKafkasShows(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            var clients = new JavaClients(broker.bootstrap());
            fill(clients);
            commitInGroup(clients, 10);
            broker.stop();
        }
        var logs = files(dataDir, TOPIC, "log");
        assertSame("--files", logs);
        assertSame("--deep-iteration", "--files", logs);
        assertSame("--print-data-log", "--files", logs);
        assertSame("--skip-record-metadata", "--print-data-log", "--files", logs);
        assertSame("--offsets-decoder", "--files", files(dataDir, "__consumer_offsets", "log"));
        assertSame("--files", files(dataDir, TOPIC, "index"));
        assertSame("--files", files(dataDir, TOPIC, "timeindex"));
        assertSame("--index-sanity-check", "--files", files(dataDir, TOPIC, "timeindex"));
        var json = millraceDump("--json", "--offsets-decoder", "--files",
                files(dataDir, "__consumer_offsets", "log"));
        assertThat(json.lines()).allMatch(line -> line.startsWith("{\"file\":") && line.endsWith("}"))
                .anyMatch(line -> line.contains("\"kind\":\"record\"")
                        && line.contains("\"group\":\"" + GROUP + "\""));
    }

    @Test
    void millracesToolReportsDamageAndEndsWithOne(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic(TOPIC, 1);
            produce(clients, "none", 1000);
            broker.stop();
        }
        var log = Path.of(files(dataDir, TOPIC, "log"));
        var bytes = Files.readAllBytes(log);
        bytes[bytes.length - 5] ^= 1;
        Files.write(log, bytes);
        var run = ChildProcess.attempt(millraceCommand("--files", log.toString()), "", KafkaTools.LIMIT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("isvalid: false", "does not match its checksum");
    }

    private static void assertSame(String... arguments) {
        assertThat(shown(millraceDump(arguments))).isEqualTo(shown(KafkaTools.dumpLog(arguments)));
    }

    /** Without what Kafka's tool says of the gap before a file's first offset. */
    private static List<String> shown(String dump) {
        return dump.lines()
                .filter(line -> !line.contains("Non-consecutive") && !line.contains(" is followed by "))
                .toList();
    }

    private static String millraceDump(String... arguments) {
        return ChildProcess.run(millraceCommand(arguments), "", KafkaTools.LIMIT);
    }

    private static List<String> millraceCommand(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Checkout.distribution().resolve("bin/millrace-dump-log.sh").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void fill(JavaClients clients) {
        var topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("segment.bytes", "1048576"));
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(topic)).all());
        }
        CODECS.forEach(codec -> produce(clients, codec, RECORDS_PER_CODEC));
    }

    private static void produce(JavaClients clients, String codec, int records) {
        try (var producer = clients.producer(Map.of("compression.type", codec))) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(TOPIC, "key " + i, "a value of record " + i));
            }
        }
    }

    private static void commitInGroup(JavaClients clients, int records) {
        try (var consumer = clients.consumer(Map.of("group.id", GROUP))) {
            consumer.subscribe(List.of(TOPIC));
            JavaClients.poll(consumer, records);
            consumer.commitSync();
            assertThat(consumer.assignment()).containsExactly(new TopicPartition(TOPIC, 0));
        }
    }

    private static List<String> complaints(String dump) {
        return dump.lines().filter(line -> !line.contains("payload: ") && COMPLAINT.matcher(line).find())
                .toList();
    }

    /** The files of one kind of all partitions of a topic, as the dump tool wants them. */
    private static String files(Path dataDir, String topic, String kind) throws IOException {
        try (var files = Files.walk(dataDir)) {
            var found = files.filter(file -> file.getFileName().toString().endsWith("." + kind))
                    .filter(file -> file.getParent().getFileName().toString()
                            .matches(Pattern.quote(topic) + "-\\d+"))
                    .map(Path::toString).sorted().collect(Collectors.joining(","));
            assertThat(found).as("%s files of %s", kind, topic).isNotEmpty();
            return found;
        }
    }
}
