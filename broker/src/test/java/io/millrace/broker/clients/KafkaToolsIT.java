package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaToolsIT {
    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private KafkaTools tools;
    private String topic;
    private String group;

    @BeforeEach
    void useFreshNames() {
        tools = new KafkaTools(BROKER.bootstrap());
        topic = BROKER.freshName("tools");
        group = BROKER.freshName("tools-group");
    }

    @Test
    void consoleConsumerReadsWhatTheConsoleProducerWrote() {
        tools.topics("--create", "--topic", topic, "--partitions", "3");
        var lines = IntStream.range(0, 500).mapToObj(i -> "key-" + i + ":value-" + i).toList();

        tools.run(KafkaTools.CONSOLE_PRODUCER, String.join("\n", lines) + "\n", "--topic", topic,
                "--reader-property", "parse.key=true", "--reader-property", "key.separator=:");

        assertThat(consume("--max-messages", "500", "--formatter-property", "print.key=true",
                "--formatter-property", "key.separator=:"))
                .containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void topicsAreCreatedDescribedGrownAndDeleted() {
        tools.topics("--create", "--topic", topic, "--partitions", "3", "--config", "retention.ms=3600000");
        assertThat(tools.topics("--list").lines()).contains(topic);
        assertThat(tools.topics("--describe", "--topic", topic))
                .contains("PartitionCount: 3", "ReplicationFactor: 1", "retention.ms=3600000",
                        "Partition: 2");

        assertThat(tools.attempt(KafkaTools.TOPICS, "--create", "--topic", topic).output())
                .contains("TopicExistsException");
        tools.topics("--alter", "--topic", topic, "--partitions", "5");
        assertThat(tools.topics("--describe", "--topic", topic)).contains("PartitionCount: 5");

        tools.topics("--delete", "--topic", topic);
        assertThat(tools.attempt(KafkaTools.TOPICS, "--describe", "--topic", topic).output())
                .contains("does not exist");
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() {
        tools.topics("--create", "--topic", topic, "--partitions", "1");
        tools.run(KafkaTools.CONSOLE_PRODUCER, "one\ntwo\nthree\n", "--topic", topic);
        consume("--max-messages", "3", "--group", group);

        assertThat(tools.groups("--list").lines()).contains(group);
        assertThat(row(tools.groups("--describe", "--group", group))).containsSubsequence("0", "3", "3", "0");
        assertThat(tools.groups("--describe", "--group", group, "--state")).contains("Empty");

        var reset = tools.groups("--reset-offsets", "--group", group, "--topic", topic, "--to-offset", "1",
                "--execute");
        assertThat(row(reset)).endsWith("0", "1");
        assertThat(row(tools.groups("--describe", "--group", group))).containsSubsequence("0", "1", "3", "2");

        assertThat(tools.groups("--delete", "--group", group)).contains("was successful");
        assertThat(tools.groups("--list").lines()).doesNotContain(group);
    }

    /** The fields of the one line that speaks of the topic. */
    private List<String> row(String table) {
        var line = table.lines().filter(text -> text.contains(" " + topic + " ")).findFirst();
        assertThat(line).as(table).isPresent();
        return List.of(line.get().strip().split("\\s+"));
    }

    @Test
    void topicSettingsAreAlteredDescribedAndRemoved() {
        tools.topics("--create", "--topic", topic);
        var entity = new String[] {"--entity-type", "topics", "--entity-name", topic};

        configs(entity, "--alter", "--add-config", "retention.ms=86400000,max.message.bytes=2000000");
        assertThat(configs(entity, "--describe")).contains("retention.ms=86400000",
                "max.message.bytes=2000000");

        configs(entity, "--alter", "--delete-config", "retention.ms");
        assertThat(configs(entity, "--describe"))
                .contains("max.message.bytes=2000000")
                .doesNotContain("retention.ms=86400000");
        assertThat(configs(entity, "--describe", "--all")).contains("retention.ms=604800000");
        assertThat(tools
                .attempt(KafkaTools.CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", topic,
                        "--add-config", "retention.ms=soon")
                .output())
                .contains("InvalidConfigurationException");
    }

    @Test
    void brokerSettingsAreAlteredDescribedAndRemoved() {
        var everyBroker = new String[] {"--entity-type", "brokers", "--entity-default"};

        configs(everyBroker, "--alter", "--add-config", "message.max.bytes=3000000");
        assertThat(configs(everyBroker, "--describe")).contains("message.max.bytes=3000000");

        configs(everyBroker, "--alter", "--delete-config", "message.max.bytes");
        assertThat(configs(everyBroker, "--describe")).doesNotContain("message.max.bytes=3000000");
        assertThat(tools.configs("--describe", "--entity-type", "brokers", "--all"))
                .contains("message.max.bytes=");
    }

    @Test
    void offsetsAreListedByTime() {
        tools.topics("--create", "--topic", topic, "--partitions", "1");
        tools.run(KafkaTools.CONSOLE_PRODUCER, "one\ntwo\n", "--topic", topic);

        assertThat(tools.run(KafkaTools.GET_OFFSETS, "", "--topic", topic, "--time", "latest"))
                .contains(topic + ":0:2");
        assertThat(tools.run(KafkaTools.GET_OFFSETS, "", "--topic", topic, "--time", "earliest"))
                .contains(topic + ":0:0");
    }

    @Test
    void logDirectoriesAreShownAsKafkasToolShowsThem() {
        tools.topics("--create", "--topic", topic, "--partitions", "3");
        tools.run(KafkaTools.CONSOLE_PRODUCER, "one\ntwo\n", "--topic", topic);

        assertThat(LogDirsTools.assertSame(BROKER.bootstrap(), "--describe", "--topic-list", topic,
                "--broker-list", "0")).contains(topic + "-2", "\"isFuture\":false");
        var refused = LogDirsTools.attempt(BROKER.bootstrap(), "--describe", "--broker-list", "0,7");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains(
                "The given brokers do not exist from --broker-list: 7. Current existent brokers: 0");
    }

    private String configs(String[] entity, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(entity));
        return tools.configs(all.toArray(String[]::new));
    }

    private List<String> consume(String... arguments) {
        var all = new ArrayList<>(List.of("--topic", topic, "--from-beginning", "--timeout-ms", "20000"));
        all.addAll(List.of(arguments));
        var printed = tools.run(KafkaTools.CONSOLE_CONSUMER, "", all.toArray(String[]::new));
        return printed.lines().filter(line -> line.startsWith("key-")).toList();
    }
}
