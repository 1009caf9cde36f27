package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("installed-tools")
class KcatIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private String topic;

    @BeforeEach
    void useFreshTopic() {
        topic = BROKER.freshName("kcat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecComesBackAsItWent(String codec) {
        var lines = lines(0, 1_000);
        produce(lines, "-z", codec);

        var read = kcat("-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q", "-K", ":");
        assertThat(read.lines().toList()).isEqualTo(lines);
    }

    @Test
    void aTopicsOwnCodecReplacesTheProducersForEveryReader() {
        var clients = new JavaClients(BROKER.bootstrap());
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(
                    new NewTopic(topic, 1, (short) 1).configs(Map.of("compression.type", "zstd")))).all());
        }
        try (var producer = clients.producer(Map.of("compression.type", "gzip", "linger.ms", 1))) {
            for (int i = 0; i < 10_000; i++) {
                producer.send(new ProducerRecord<>(topic, "key-" + i, "value-" + i));
            }
        }
        produce(lines(10_000, 11_000), "-z", "lz4");

        var read = kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-K", ":");
        assertThat(read.lines().toList()).isEqualTo(lines(0, 11_000));
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(JavaClients.poll(consumer, 11_000)).hasSize(11_000);
        }
    }

    @Test
    void idempotentProducerWithAllAcknowledgementsWorks() {
        produce(lines(0, 1_000), "-X", "enable.idempotence=true", "-X", "acks=all");
        assertThat(kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q").lines()).hasSize(1_000);
    }

    @Test
    void metadataAndOffsetsAreListed() {
        new JavaClients(BROKER.bootstrap()).createTopic(topic, 3);
        produce(lines(0, 10), "-p", "1");

        assertThat(kcat("-L")).contains("1 brokers:", "topic \"" + topic + "\" with 3 partitions:");
        assertThat(kcat("-Q", "-t", topic + ":1:-1", "-t", topic + ":2:-1").lines())
                .containsExactlyInAnyOrder(topic + " [1] offset 10", topic + " [2] offset 0");
        assertThat(kcat("-Q", "-t", topic + ":1:-2")).isEqualTo(topic + " [1] offset 0");
        assertThat(kcat("-Q", "-t", topic + ":1:1")).isEqualTo(topic + " [1] offset 0");
    }

    @Test
    void offsetsFromTheEndAndByTimeAreHonoured() {
        produce(lines(0, 100), "-p", "0");

        assertThat(kcat("-C", "-t", topic, "-p", "0", "-o", "-5", "-e", "-q", "-f", "%o,").strip())
                .isEqualTo("95,96,97,98,99,");
        assertThat(kcat("-C", "-t", topic, "-p", "0", "-o", "s@1", "-c", "1", "-q", "-f", "%o %k %s"))
                .isEqualTo("0 key-0 value-0");
    }

    @Test
    void twoMembersOfAGroupShareTheTopic() {
        new JavaClients(BROKER.bootstrap()).createTopic(topic, 4);
        var group = BROKER.freshName("kcat-group");
        var members = Stream.of("one", "two").map(name -> joinGroup(group, name)).toList();
        try {
            Deadline.in(LIMIT).await("both own a half", () -> members.stream().allMatch(KcatIT::ownsAHalf));
            produce(lines(0, 2_000));
            Deadline.in(LIMIT).await("all is read", () -> read(members).size() >= 2_000);
            assertThat(read(members)).containsExactlyInAnyOrderElementsOf(lines(0, 2_000));
            assertThat(members).allSatisfy(member -> assertThat(member.output()).contains("key-"));

            members.get(0).terminate();
            Deadline.in(LIMIT).await("the other owns all",
                    () -> lastAssignment(members.get(1)).split(",").length == 4);
        } finally {
            members.forEach(ChildProcess::kill);
        }
    }

    private ChildProcess joinGroup(String group, String clientId) {
        return ChildProcess.start(ThirdParty.kcat(List.of("-b", BROKER.bootstrap(), "-G", group, "-X",
                "client.id=" + clientId, "-X", "auto.offset.reset=earliest", "-u", "-K", ":", topic)));
    }

    private static boolean ownsAHalf(ChildProcess member) {
        return lastAssignment(member).split(",").length == 2;
    }

    /** What kcat printed about its newest assignment, such as {@code topic [0], topic [1]}. */
    private static String lastAssignment(ChildProcess member) {
        return member.output().lines().filter(line -> line.contains("assigned:")).reduce("",
                (first, last) -> last);
    }

    private static List<String> read(List<ChildProcess> members) {
        return members.stream().flatMap(member -> member.output().lines())
                .filter(line -> line.startsWith("key-"))
                .toList();
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "key-" + i + ":value-" + i).toList();
    }

    private void produce(List<String> lines, String... arguments) {
        var all = new ArrayList<>(List.of("-b", BROKER.bootstrap(), "-P", "-t", topic, "-K", ":"));
        all.addAll(List.of(arguments));
        ChildProcess.run(ThirdParty.kcat(all), String.join("\n", lines) + "\n", LIMIT);
    }

    private static String kcat(String... arguments) {
        var all = new ArrayList<>(List.of("-b", BROKER.bootstrap()));
        all.addAll(List.of(arguments));
        return ChildProcess.run(ThirdParty.kcat(all), "", LIMIT);
    }
}
