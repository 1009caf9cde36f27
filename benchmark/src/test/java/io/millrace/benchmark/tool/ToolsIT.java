package io.millrace.benchmark.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.admin.MillraceAdmin;
import io.millrace.admin.command.BrokerApiVersions;
import io.millrace.admin.command.ClusterInfo;
import io.millrace.admin.command.Configs;
import io.millrace.admin.command.ConsumerGroups;
import io.millrace.admin.command.DeleteRecords;
import io.millrace.admin.command.GetOffsets;
import io.millrace.admin.command.LeaderElection;
import io.millrace.admin.command.Topics;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.benchmark.driver.MillraceTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.RunningBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our tools beside Kafka's: the same arguments, the same broker, the same lines and exit codes. */
@Timeout(300)
class ToolsIT {
    private static final String TOOLS = "org.apache.kafka.tools.";
    private static final Compared TOPICS = new Compared(Topics::new, TOOLS + "TopicCommand");
    private static final Compared CONFIGS = new Compared(Configs::new, "kafka.admin.ConfigCommand");
    private static final Compared OFFSETS = new Compared(GetOffsets::new, TOOLS + "GetOffsetShell");
    private static final Compared DELETE = new Compared(DeleteRecords::new, TOOLS + "DeleteRecordsCommand");
    private static final Compared ELECTION = new Compared(LeaderElection::new,
            TOOLS + "LeaderElectionCommand");
    private static final Compared GROUPS = new Compared(ConsumerGroups::new,
            TOOLS + "consumer.group.ConsumerGroupCommand");
    private static final Compared CLUSTER = new Compared(ClusterInfo::new, TOOLS + "ClusterTool");

    private static Place place;
    private static RunningBroker broker;
    private static KafkaToolRunner kafka;

    /** A tool of ours and the one of Kafka that it stands for. */
    private record Compared(Supplier<Tool> ours, String theirs) {}

    @BeforeAll
    static void startBroker() throws IOException {
        var root = Path.of("").toAbsolutePath().getParent();
        try (var folders = Files.newDirectoryStream(root.resolve("target"), "millrace-*")) {
            var target = new MillraceTarget(folders.iterator().next());
            place = Place.fresh();
            target.prepare(place.folder(), place.port());
            broker = target.start(place.folder(), place.port());
        }
        try (var admin = new MillraceAdmin(
                Map.of("bootstrap.servers", broker.bootstrap(), "default.api.timeout.ms", "150000"))) {
            admin.describeCluster().join();
        }
        kafka = new KafkaToolRunner(
                Files.readString(root.resolve("broker/src/test/clients/kafka/target/classpath")).strip(),
                root.resolve("benchmark/src/test/kafka/RunTools.java"));
    }

    @AfterAll
    static void stopBroker() throws IOException {
        kafka.close();
        broker.close();
        place.delete();
    }

    private static KafkaToolRunner.Run ours(Tool tool, List<String> arguments) {
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var console = new Console(out,
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                InputStream.nullInputStream());
        int status = ToolRun.run(tool, console, arguments.toArray(String[]::new));
        return new KafkaToolRunner.Run(status, printed.toString(StandardCharsets.UTF_8));
    }

    /** Runs both, each with a name of its own for "{own}"; answers what ours printed. */
    private static String same(Compared tools, String... words) throws IOException {
        var theirs = kafka.run(tools.theirs, arguments("theirs", words));
        var ours = ours(tools.ours.get(), arguments("ours12", words));
        assertThat(normal(ours.output())).as("%s %s", tools.theirs, List.of(words))
                .isEqualTo(normal(theirs.output()));
        assertThat(ours.exitCode()).as("exit code of %s %s", tools.theirs, List.of(words))
                .isEqualTo(theirs.exitCode());
        return ours.output();
    }

    private static List<String> arguments(String own, String... words) {
        var all = new ArrayList<String>();
        for (var word : words) {
            all.add(word.replace("{own}", own));
        }
        all.addAll(List.of("--bootstrap-server", broker.bootstrap()));
        return all;
    }

    /** Lines in any order, and settings in a line in any order; without the names and ids that differ. */
    private static List<String> normal(String output) {
        return output.replace("ours12", "theirs").lines().map(line -> {
            int configs = line.indexOf("\tConfigs: ");
            var text = line.contains("theirs") ? line.replaceAll("TopicId: \\S+", "TopicId") : line;
            return configs < 0 ? text
                    : text.substring(0, text.indexOf("\tConfigs: "))
                            + new TreeSet<>(Stream.of(line.substring(configs + 10).split(",", -1)).toList());
        }).sorted().toList();
    }

    private static void produce(String topic, int records) {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrap());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, i % 3, null, "value"));
            }
        }
    }

    @Test
    void topicsAreShownAndChangedAlike() throws IOException {
        same(TOPICS, "--create", "--topic", "{own}.topic", "--partitions", "3", "--config",
                "retention.ms=3600000");
        same(TOPICS, "--create", "--topic", "{own}.topic");
        same(TOPICS, "--create", "--topic", "{own}.topic", "--if-not-exists");
        same(TOPICS, "--create", "--topic", "{own}-placed", "--replica-assignment", "0,0");
        same(TOPICS, "--alter", "--topic", "{own}.topic", "--partitions", "5");
        same(TOPICS, "--alter", "--topic", "{own}.topic", "--partitions", "2");
        assertThat(same(TOPICS, "--describe", "--topic", "{own}.topic")).contains("PartitionCount: 5");
        same(TOPICS, "--describe", "--topics-with-overrides", "--topic", "{own}.*");
        same(TOPICS, "--describe", "--under-replicated-partitions");
        same(TOPICS, "--describe", "--at-min-isr-partitions", "--topic", "{own}.*");
        same(TOPICS, "--describe", "--topic", "nothing");
        same(TOPICS, "--describe", "--topic", "nothing", "--if-exists");
        same(TOPICS, "--delete", "--topic", "{own}.topic,{own}-placed");
        same(TOPICS, "--delete", "--topic", "nothing");
        same(TOPICS, "--list", "--exclude-internal", "--topic", "{own}.*");
        same(TOPICS, "--create");
        same(TOPICS, "--list", "--bogus");
        same(TOPICS);
    }

    @Test
    void settingsAreShownAndChangedAlike() throws IOException {
        same(TOPICS, "--create", "--topic", "{own}-configured");
        same(CONFIGS, "--alter", "--topic", "{own}-configured", "--add-config",
                "cleanup.policy=[compact,delete],max.message.bytes=2000000");
        assertThat(
                same(CONFIGS, "--describe", "--entity-type", "topics", "--entity-name", "{own}-configured"))
                .contains("cleanup.policy=compact,delete");
        same(CONFIGS, "--alter", "--topic", "{own}-configured", "--delete-config", "max.message.bytes");
        same(CONFIGS, "--describe", "--topic", "{own}-configured", "--all");
        same(CONFIGS, "--alter", "--topic", "{own}-configured", "--add-config", "retention.ms=soon");
        same(CONFIGS, "--alter", "--topic", "nothing", "--add-config", "retention.ms=1");
        same(CONFIGS, "--describe", "--topic", "nothing");
        same(CONFIGS, "--alter", "--broker-defaults", "--add-config", "message.max.bytes=3000000");
        same(CONFIGS, "--alter", "--broker", "0", "--add-config", "message.max.bytes=3000001");
        same(CONFIGS, "--describe", "--entity-type", "brokers");
        same(CONFIGS, "--describe", "--broker", "0", "--all");
        same(CONFIGS, "--alter", "--broker", "0", "--delete-config", "message.max.bytes");
        same(CONFIGS, "--alter", "--entity-type", "brokers", "--entity-default", "--delete-config",
                "message.max.bytes");
        same(CONFIGS, "--describe", "--broker", "9");
        same(CONFIGS, "--describe");
        same(CONFIGS, "--alter", "--topic", "{own}-configured");
    }

    @Test
    void offsetsAreShownAndRecordsDeletedAlike() throws IOException {
        same(TOPICS, "--create", "--topic", "{own}-filled", "--partitions", "3");
        produce("ours12-filled", 30);
        produce("theirs-filled", 30);
        assertThat(same(OFFSETS, "--topic", "{own}-filled")).contains("-filled:2:10");
        same(OFFSETS, "--topic-partitions", "{own}-filled:0-2,nothing:1", "--time", "-2");
        same(OFFSETS, "--topic", "{own}.*", "--partitions", "0,2", "--time", "earliest");
        same(OFFSETS, "--topic", "nothing");
        same(OFFSETS, "--topic", "{own}-filled", "--time", "soon");
        var file = Files.writeString(place.folder().resolve("offsets.json"), """
                {"version":1,"partitions":[{"topic":"theirs-filled","partition":0,"offset":4},
                {"topic":"theirs-filled","partition":1,"offset":-1}]}""");
        assertThat(same(DELETE, "--offset-json-file", file.toString())).contains("low_watermark: 10");
        same(DELETE, "--offset-json-file", "nothing.json");
        same(ELECTION, "--election-type", "preferred", "--topic", "theirs-filled", "--partition", "0");
        same(ELECTION, "--election-type", "preferred", "--all-topic-partitions");
        same(ELECTION, "--election-type", "preferred", "--topic", "theirs-filled");
        same(CLUSTER, "cluster-id");
        same(CLUSTER, "list-endpoints");
        assertThat(ours(new BrokerApiVersions(), arguments("")).output())
                .contains("\tProduce(0): 0 to 13 [usable: 13],");
    }

    @Test
    void groupsAreShownAndResetAlike() throws IOException {
        var created = ours(new Topics(), arguments("", "--create", "--topic", "read", "--partitions", "3"));
        assertThat(created.exitCode()).as(created.output()).isZero();
        produce("read", 30);
        same(GROUPS, "--reset-offsets", "--group", "{own}-idle", "--topic", "read", "--to-offset", "4",
                "--execute");
        same(GROUPS, "--reset-offsets", "--group", "{own}-idle", "--topic", "read:1,2", "--shift-by", "2",
                "--execute");
        same(GROUPS, "--reset-offsets", "--group", "{own}-idle", "--all-topics", "--to-latest", "--export",
                "--dry-run");
        same(GROUPS, "--reset-offsets", "--group", "{own}-idle", "--all-topics", "--to-datetime",
                "2020-01-01T00:00:00.000", "--dry-run");
        same(GROUPS, "--describe", "--group", "{own}-idle");
        same(GROUPS, "--describe", "--group", "{own}-idle", "--members");
        same(GROUPS, "--delete-offsets", "--group", "{own}-idle", "--topic", "read:0");
        same(GROUPS, "--delete", "--group", "{own}-idle");
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "group.id", "live",
                "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("read"));
            for (int read = 0; read < 30;) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
            consumer.commitSync();
            assertThat(same(GROUPS, "--describe", "--group", "live")).contains("/127.0.0.1");
            same(GROUPS, "--describe", "--group", "live", "--members", "--verbose");
            same(GROUPS, "--describe", "--group", "live", "--state");
            same(GROUPS, "--list", "--state", "Stable");
            same(GROUPS, "--reset-offsets", "--group", "live", "--topic", "read", "--to-earliest",
                    "--execute");
        }
        same(GROUPS, "--list", "--type");
        same(GROUPS);
    }
}
