package io.millrace.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.consumer.Consumer;
import io.millrace.consumer.MillraceConsumer;
import io.millrace.consumer.RunOptions;
import io.millrace.consumer.poll.WakeupException;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.serialization.IntegerDeserializer;
import io.millrace.consumer.serialization.StringDeserializer;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.serialization.IntegerSerializer;
import io.millrace.producer.serialization.StringSerializer;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Millrace's consumer against a Millrace broker and against Apache Kafka, alone and in groups with Kafka's own. Tests run at once. */
@Timeout(300)
@ParameterizedClass
@MethodSource("io.millrace.benchmark.driver.ProducerIT#targets")
class ConsumerIT {
    private static final int PARTITIONS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long POLL_NS = 20_000_000;
    private static Place place;
    private static RunningBroker broker;

    @Parameter Target target;

    @BeforeParameterizedClassInvocation
    static void startBroker(Target target) throws IOException {
        place = Place.fresh();
        target.prepare(place.folder(), place.port());
        broker = target.start(place.folder(), place.port());
    }

    @AfterParameterizedClassInvocation
    static void stopBroker() throws IOException {
        broker.kill();
        place.delete();
    }

    private static String createTopic(String name) throws Exception {
        try (var admin = Admin
                .create(Map.of("bootstrap.servers", broker.bootstrap(), "default.api.timeout.ms",
                        (int) LIMIT.toMillis()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1))).all()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return name;
    }

    private static void produce(String topic, int from, int to, String codec) {
        var settings = Map.of("bootstrap.servers", broker.bootstrap(), "compression.type", codec);
        try (var producer = new MillraceProducer<>(settings, new StringSerializer(),
                new IntegerSerializer())) {
            for (int i = from; i < to; i++) {
                var record = new ProducerRecord<>(topic, i % PARTITIONS, "key" + i % PARTITIONS, i);
                if (i % 10 == 0) {
                    record.headers().add("tenth", new byte[] {(byte) i});
                }
                producer.send(record, (metadata, failure) -> assertThat(failure).isNull());
            }
        }
    }

    private static Consumer<String, Integer> consumer(Object... namesAndValues) {
        var settings = new HashMap<Object, Object>(Map.of("bootstrap.servers", broker.bootstrap(),
                "auto.offset.reset", "earliest"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new MillraceConsumer<>(settings, new StringDeserializer(), new IntegerDeserializer());
    }

    private static List<TopicPartition> partitionsOf(String topic) {
        return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as("still waiting for %s", what).isNegative();
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Reads so many records, and checks that each partition's values follow each other. */
    private static void readInOrder(Consumer<String, Integer> consumer, int count) {
        var next = new HashMap<Integer, Integer>();
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        for (int seen = 0; seen < count;) {
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                int expected = next.getOrDefault(record.partition(), record.partition());
                assertThat(record.value()).as("next of partition %d", record.partition()).isEqualTo(expected);
                assertThat(record.key()).isEqualTo("key" + record.partition());
                assertThat(record.headers().size()).isEqualTo(record.value() % 10 == 0 ? 1 : 0);
                next.put(record.partition(), expected + PARTITIONS);
                seen++;
            }
            assertThat(System.nanoTime() - deadlineNs).as("still reading").isNegative();
        }
        assertThat(consumer.poll(Duration.ZERO).count()).isZero();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"none", "zstd"})
    void readsEverythingOnceAndInOrder(String codec) throws Exception {
        var topic = createTopic("read-" + codec);
        produce(topic, 0, 12_000, codec);
        try (var consumer = consumer("max.partition.fetch.bytes", 20_000)) {
            consumer.assign(partitionsOf(topic));
            readInOrder(consumer, 12_000);
            consumer.seekToBeginning(List.of());
            readInOrder(consumer, 12_000);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void positionsCommitsAndLookupsAreThoseOfKafka() throws Exception {
        var topic = createTopic("positions");
        produce(topic, 0, 600, "none");
        var first = partitionsOf(topic).get(0);
        try (var consumer = consumer("group.id", "positions", "max.poll.records", 10, "enable.auto.commit",
                false)) {
            consumer.assign(List.of(first));
            assertThat(consumer.position(first)).isZero();
            assertThat(consumer.beginningOffsets(partitionsOf(topic))).containsEntry(first, 0L)
                    .hasSize(PARTITIONS);
            assertThat(consumer.endOffsets(List.of(first))).containsEntry(first, 100L);
            assertThat(consumer.offsetsForTimes(Map.of(first, 0L)).get(first).offset()).isZero();
            assertThat(consumer.offsetsForTimes(Map.of(first, Long.MAX_VALUE))).isEmpty();
            consumer.seek(first, 95);
            await("records", () -> consumer.poll(Duration.ofMillis(100)).count() == 5);
            assertThat(consumer.currentLag(first)).hasValue(0);
            consumer.commitSync();
            assertThat(consumer.committed(Set.copyOf(partitionsOf(topic)))).hasSize(1)
                    .extractingByKey(first).returns(100L, OffsetAndMetadata::offset);
            consumer.commitSync(Map.of(first, new OffsetAndMetadata(50, "half-way")));
            consumer.wakeup();
            assertThatThrownBy(() -> consumer.poll(LIMIT)).isInstanceOf(WakeupException.class);
            consumer.pause(List.of(first));
            consumer.seekToBeginning(List.of(first));
            assertThat(consumer.poll(Duration.ofMillis(100)).count()).isZero();
            assertThat(consumer.partitionsFor(topic)).hasSize(PARTITIONS);
            assertThat(consumer.listTopics()).containsKey(topic);
        }
        try (var consumer = consumer("group.id", "positions", "enable.auto.commit", false)) {
            consumer.assign(List.of(first));
            assertThat(consumer.position(first)).isEqualTo(50);
            consumer.seek(first, 1_000);
            await("a reset", () -> consumer.poll(Duration.ofMillis(100)).count() > 0);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void partitionsOfAKilledMemberAreReadByTheOthers() throws Exception {
        var topic = createTopic("killed");
        var group = "killed";
        var file = place.folder().resolve("killed.txt");
        produce(topic, 0, 6_000, "none");
        var seen = ConcurrentHashMap.<Integer>newKeySet();
        var victim = GroupMemberProcess.start(broker.bootstrap(), topic, group, file);
        try (var first = member("millrace", "range", topic, group, 6_000, seen);
                var second = member("millrace", "range", topic, group, 6_000, seen)) {
            await("three members", () -> first.partitions().size() == 2 && second.partitions().size() == 2);
            produce(topic, 6_000, 12_000, "none");
            victim.destroyForcibly().waitFor();
            produce(topic, 12_000, 18_000, "none");
            await("all partitions", () -> first.partitions().size() == 3 && second.partitions().size() == 3);
            var ofVictim = Files.readAllLines(file);
            await("all records", () -> {
                var all = new HashSet<>(seen);
                ofVictim.stream().filter(line -> !line.isEmpty()).map(Integer::valueOf).forEach(all::add);
                return all.size() == 18_000;
            });
        } finally {
            victim.destroyForcibly();
        }
    }

    private static GroupReader member(String library, String assignor, String topic, String group,
            int sessionTimeoutMs, Set<Integer> seen) {
        return new GroupReader(library, Map.of("bootstrap.servers", broker.bootstrap(), "group.id", group,
                "auto.offset.reset", "earliest", "session.timeout.ms", sessionTimeoutMs,
                "heartbeat.interval.ms", 500,
                "partition.assignment.strategy", assignor), topic, seen);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"RangeAssignor", "CooperativeStickyAssignor"})
    void groupsMixedWithKafkasMembersShareThePartitions(String name) throws Exception {
        var topic = createTopic("mixed-" + name);
        var group = "mixed-" + name;
        var assignor = "org.apache.kafka.clients.consumer." + name;
        produce(topic, 0, 3_000, "none");
        var seen = ConcurrentHashMap.<Integer>newKeySet();
        var readers = new ArrayList<GroupReader>();
        try {
            for (var library : List.of("millrace", "kafka", "millrace")) {
                readers.add(member(library, assignor, topic, group, 45_000, seen));
            }
            await("two partitions each",
                    () -> readers.stream().allMatch(reader -> reader.partitions().size() == 2));
            produce(topic, 3_000, 6_000, "none");
            await("all records", () -> seen.size() == 6_000);
            readers.remove(0).close();
            await("three partitions each",
                    () -> readers.stream().allMatch(reader -> reader.partitions().size() == 3));
            produce(topic, 6_000, 9_000, "none");
            await("all records", () -> seen.size() == 9_000);
            assertThat(readers.stream().mapToInt(GroupReader::repeats).sum()).as("records read twice")
                    .isZero();
        } finally {
            readers.forEach(GroupReader::close);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void runHandlesEachKeyInOrderRetriesAndCommitsOnlyWhatIsDone() throws Exception {
        var topic = createTopic("run");
        produce(topic, 0, 3_000, "none");
        var last = new ConcurrentHashMap<String, Integer>();
        var failedOnce = ConcurrentHashMap.<Integer>newKeySet();
        var dead = ConcurrentHashMap.<Integer>newKeySet();
        var complaints = new ConcurrentLinkedQueue<String>();
        var handled = new AtomicInteger();
        var options = RunOptions.<String, Integer>threads(4).mostRecords(200)
                .attempts(3, Duration.ofMillis(5), Duration.ofMillis(20)).deadLetters((record, failure) -> {
                    dead.add(record.value());
                    last.put(record.key(), record.value());
                    return CompletableFuture.completedFuture(null);
                });
        try (var consumer = consumer("group.id", "run", "max.poll.records", 50)) {
            consumer.subscribe(List.of(topic));
            var thread = new Thread(() -> consumer.run(record -> {
                if (record.value() % 1_000 == 7
                        || record.value() % 100 == 3 && failedOnce.add(record.value())) {
                    throw new IOException("not now");
                }
                var before = last.put(record.key(), record.value());
                if (before != null && before != record.value() - PARTITIONS) {
                    complaints.add(record + " after " + before);
                }
                handled.incrementAndGet();
            }, options));
            thread.start();
            await("all records", () -> handled.get() + dead.size() >= 3_000);
            consumer.wakeup();
            thread.join(LIMIT.toMillis());
            assertThat(complaints).isEmpty();
            assertThat(dead).containsExactlyInAnyOrder(7, 1_007, 2_007);
            assertThat(failedOnce).hasSize(30);
            assertThat(consumer.committed(Set.copyOf(partitionsOf(topic))).values())
                    .extracting(OffsetAndMetadata::offset).containsOnly(500L).hasSize(PARTITIONS);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void runThatFailsHasCommittedWhatCameBefore() throws Exception {
        var topic = createTopic("fail");
        produce(topic, 0, 600, "none");
        var first = partitionsOf(topic).get(0);
        try (var consumer = consumer("group.id", "fail")) {
            consumer.assign(List.of(first));
            assertThatThrownBy(() -> consumer.run(record -> {
                if (record.offset() == 40) {
                    throw new IllegalArgumentException("never");
                }
            }, RunOptions.<String, Integer>threads(2).attempts(2, Duration.ofMillis(1),
                    Duration.ofMillis(1))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage("never");
            assertThat(consumer.committed(Set.of(first)).get(first).offset()).isEqualTo(40);
            await("the record again", () -> {
                var records = consumer.poll(Duration.ofMillis(100)).records(first);
                return !records.isEmpty() && records.get(0).offset() == 40;
            });
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void abortedTransactionsAreNotSeenByReadersOfWhatIsCommitted() throws Exception {
        var topic = createTopic("transactions");
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "transactional.id",
                "t",
                "linger.ms", 0);
        try (var producer = new KafkaProducer<>(settings,
                new org.apache.kafka.common.serialization.StringSerializer(),
                new org.apache.kafka.common.serialization.IntegerSerializer())) {
            if (!(target instanceof KafkaTarget)) {
                // Millrace has no transactions: it must say so rather than take the records without one.
                assertThatThrownBy(producer::initTransactions)
                        .isInstanceOf(TransactionalIdAuthorizationException.class);
                return;
            }
            producer.initTransactions();
            for (int transaction = 0; transaction < 20; transaction++) {
                producer.beginTransaction();
                for (int i = 0; i < 10; i++) {
                    producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(topic, 0, "k",
                            transaction)).get();
                }
                if (transaction % 3 == 0) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        var committed = Stream.iterate(0, i -> i + 1).limit(20).filter(i -> i % 3 != 0)
                .flatMap(i -> Stream.generate(() -> i).limit(10)).toList();
        assertThat(values(topic, "read_committed", committed.size())).isEqualTo(committed);
        assertThat(values(topic, "read_uncommitted", 200)).hasSize(200);
    }

    private static List<Integer> values(String topic, String isolation, int count)
            throws InterruptedException {
        var values = new ArrayList<Integer>();
        try (var consumer = consumer("isolation.level", isolation)) {
            var first = partitionsOf(topic).get(0);
            consumer.assign(List.of(first));
            await("records", () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                return values.size() >= count;
            });
            await("the end", () -> {
                consumer.poll(Duration.ofMillis(10)).forEach(record -> values.add(record.value()));
                return consumer.position(first) == consumer.endOffsets(List.of(first)).get(first);
            });
        }
        return values;
    }
}
