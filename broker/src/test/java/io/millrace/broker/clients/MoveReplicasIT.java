package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeReplicaLogDirsResult.ReplicaLogDirInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas go from one log directory to another and back while a producer writes to them, also through kills. More of
 * them: {@code -Dmillrace.it.move.kills=50}.
 */
class MoveReplicasIT {
    private static final int KILLS = Integer.getInteger("millrace.it.move.kills", 2);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String TOPIC = "moving";
    private static final int PARTITIONS = 4;
    private static final String PACE = "replica.alter.log.dirs.io.max.bytes.per.second";

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final long[] sent = new long[PARTITIONS];
    @TempDir Path root;
    private Path one;
    private Path two;
    private BrokerProcess broker;
    private JavaClients clients;

    @BeforeEach
    void startWithTwoDirectories() throws IOException {
        one = Files.createDirectory(root.resolve("one"));
        two = Files.createDirectory(root.resolve("two"));
        broker = BrokerProcess.start(one, "log.dirs=" + one + "," + two);
        clients = new JavaClients(broker.bootstrap());
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void nothingIsLostWhenTheBrokerIsKilledWhileReplicasMoveUnderLoad() {
        long seed = Long.getLong("millrace.it.move.seed", System.nanoTime());
        var random = new Random(seed);
        create(Map.of("segment.bytes", "2000000"));
        var load = CompletableFuture.runAsync(this::produce);
        try (var admin = clients.admin()) {
            move(admin, two);
            awaitAllIn(admin, two);
            for (int i = 0; i < KILLS; i++) {
                var target = i % 2 == 0 ? one : two;
                pace(admin, i % 2 == 0 ? 20_000_000 : Long.MAX_VALUE);
                move(admin, target);
                LockSupport.parkNanos(random.nextInt(400) * 1_000_000L);
                broker.kill();
                broker.start();
                pace(admin, Long.MAX_VALUE);
                awaitAllIn(admin, target);
            }
        } finally {
            isOver.set(true);
            load.join();
        }
        assertThat(failures).as("seed %d", seed).isEmpty();
        readBack(seed);
        broker.stop();
        assertThat(folders()).as("folders, seed %d", seed).hasSize(PARTITIONS);
        System.out.printf("%,d records through %d moves and kills: none lost, none twice, in order%n",
                IntStream.range(0, PARTITIONS).mapToLong(i -> sent[i]).sum(), KILLS);
    }

    @Test
    void aMoveIsSeenAndCanBeGivenUp() {
        create(Map.of());
        fill(4_000);
        try (var admin = clients.admin()) {
            move(admin, one);
            awaitAllIn(admin, one);
            pace(admin, 10_000);
            move(admin, two);
            for (var info : infos(admin).values()) {
                assertThat(info.getCurrentReplicaLogDir()).isEqualTo(one.toString());
                assertThat(info.getFutureReplicaLogDir()).isEqualTo(two.toString());
                assertThat(info.getFutureReplicaOffsetLag()).isBetween(1L, 1_000L);
                assertThat(info.getCurrentReplicaOffsetLag()).isZero();
            }
            move(admin, one);
            assertThat(infos(admin).values()).allMatch(isIn(one));
            fill(8_000);
            readBack(0);
        }
        assertThat(folders().stream().filter(folder -> folder.endsWith("-future"))).isEmpty();
    }

    @Test
    void aMoveOntoADiskThatFillsServesOnAndEndsWhenThereIsSpace() throws IOException {
        broker.close();
        one = Files.createDirectory(root.resolve("roomy"));
        try (var mount = TestMount.tmpfs(root, 48);
                var small = BrokerProcess.start(one, "log.dirs=" + one + "," + mount.folder())) {
            broker = small;
            two = mount.folder();
            clients = new JavaClients(broker.bootstrap());
            create(Map.of("segment.bytes", "2000000"));
            try (var admin = clients.admin()) {
                move(admin, one);
                awaitAllIn(admin, one);
                fill(80_000);
                var ballast = two.resolve("ballast");
                Files.write(ballast, new byte[36 << 20]);
                move(admin, two);
                Deadline.in(LIMIT).await("word of the full disk", () -> broker.output()
                        .contains("The disk of " + two + " is full")
                        && broker.output().contains("cannot be copied to " + two));
                fill(8_000, stillIn(admin, one)); // one that was quick lies on the full disk by now
                readBack(0);
                assertThat(infos(admin).values()).anySatisfy(info -> {
                    assertThat(info.getCurrentReplicaLogDir()).isEqualTo(one.toString());
                    assertThat(info.getFutureReplicaLogDir()).isEqualTo(two.toString());
                });
                Files.delete(ballast);
                awaitAllIn(admin, two);
                fill(4_000);
                readBack(0);
            }
            broker.stop();
        }
    }

    @Test
    void aReplicaIsMadeWhereItWasWantedBeforeItWasThere() {
        try (var admin = clients.admin()) {
            for (var directory : List.of(one, two)) {
                var topic = "in-" + directory.getFileName();
                var replica = new TopicPartitionReplica(topic, 0, 0);
                assertThatThrownBy(() -> JavaClients
                        .get(admin.alterReplicaLogDirs(Map.of(replica, "/nowhere")).values().get(replica)))
                        .hasRootCauseInstanceOf(LogDirNotFoundException.class);
                assertThatThrownBy(() -> JavaClients.get(admin
                        .alterReplicaLogDirs(Map.of(replica, directory.toString())).values().get(replica)))
                        .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
                JavaClients.get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
                Deadline.in(LIMIT).await("the replica in " + directory,
                        () -> isIn(directory).test(info(admin, replica)));
            }
        }
    }

    @Test
    void kafkasOwnToolMovesReplicas() throws IOException {
        create(Map.of());
        fill(4_000);
        var plan = root.resolve("plan.json");
        Files.writeString(plan, IntStream.range(0, PARTITIONS)
                .mapToObj(i -> "{\"topic\":\"" + TOPIC + "\",\"partition\":" + i
                        + ",\"replicas\":[0],\"log_dirs\":[\"" + (i % 2 == 0 ? one : two) + "\"]}")
                .collect(Collectors.joining(",", "{\"version\":1,\"partitions\":[", "]}")));
        var tools = new KafkaTools(broker.bootstrap());
        assertThat(
                tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan.toString(), "--execute",
                        "--replica-alter-log-dirs-throttle", "50000000"))
                .contains("Successfully started");
        Deadline.in(LIMIT).await("the end of all moves", () -> tools
                .run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan.toString(), "--verify",
                        "--preserve-throttles")
                .lines().filter(line -> line.contains("completed successfully")).count() == PARTITIONS);
        try (var admin = clients.admin()) {
            infos(admin).forEach((replica, info) -> assertThat(info.getCurrentReplicaLogDir())
                    .isEqualTo((replica.partition() % 2 == 0 ? one : two).toString()));
        }
        readBack(0);
    }

    private void create(Map<String, String> configs) {
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(
                    List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1).configs(configs))).all());
        }
    }

    private static List<TopicPartitionReplica> replicas() {
        return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartitionReplica(TOPIC, i, 0)).toList();
    }

    private static void move(Admin admin, Path directory) {
        var wanted = new HashMap<TopicPartitionReplica, String>();
        replicas().forEach(replica -> wanted.put(replica, directory.toString()));
        JavaClients.get(admin.alterReplicaLogDirs(wanted).all());
    }

    private static Map<TopicPartitionReplica, ReplicaLogDirInfo> infos(Admin admin) {
        return JavaClients.get(admin.describeReplicaLogDirs(replicas()).all());
    }

    /** The partitions whose replica serves from a directory, wherever else it is on its way to. */
    private static int[] stillIn(Admin admin, Path directory) {
        return infos(admin).entrySet().stream()
                .filter(each -> directory.toString().equals(each.getValue().getCurrentReplicaLogDir()))
                .mapToInt(each -> each.getKey().partition()).toArray();
    }

    private static ReplicaLogDirInfo info(Admin admin, TopicPartitionReplica replica) {
        return JavaClients.get(admin.describeReplicaLogDirs(List.of(replica)).all()).get(replica);
    }

    private static Predicate<ReplicaLogDirInfo> isIn(Path directory) {
        return info -> directory.toString().equals(info.getCurrentReplicaLogDir())
                && info.getFutureReplicaLogDir() == null;
    }

    private static void awaitAllIn(Admin admin, Path directory) {
        Deadline.in(LIMIT).await("all replicas in " + directory,
                () -> infos(admin).values().stream().allMatch(isIn(directory)));
    }

    private static void pace(Admin admin, long bytesPerSecond) {
        var op = new AlterConfigOp(new ConfigEntry(PACE, Long.toString(bytesPerSecond)),
                AlterConfigOp.OpType.SET);
        JavaClients.get(admin.incrementalAlterConfigs(
                Map.of(new ConfigResource(ConfigResource.Type.BROKER, "0"), List.of(op))).all());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrap(), "acks", "all",
                "linger.ms", 2, "delivery.timeout.ms", 300_000, "reconnect.backoff.max.ms", 200,
                "buffer.memory", 4_000_000), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void produce() {
        try (var producer = producer()) {
            for (long i = 0; !isOver.get(); i++) {
                send(producer, (int) (i % PARTITIONS));
                if (i % 100 == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
    }

    /** Until there are so many records, evenly spread. */
    private void fill(int count) {
        fill(count, IntStream.range(0, PARTITIONS).toArray());
    }

    private void fill(int count, int[] partitions) {
        try (var producer = producer()) {
            for (int i = 0; i < count; i++) {
                send(producer, partitions[i % partitions.length]);
            }
        }
        assertThat(failures).as("%s", broker.output()).isEmpty();
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int partition) {
        var value = ByteBuffer.allocate(200).putLong(sent[partition]++).array();
        producer.send(new ProducerRecord<>(TOPIC, partition, null, value), (metadata, failure) -> {
            if (failure != null) {
                failures.add(failure);
            }
        });
    }

    /** Every partition must hold 0, 1, 2 and so on, to the last that was sent. */
    private void readBack(long seed) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(
                    IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(TOPIC, i)).toList());
            var next = new long[PARTITIONS];
            var deadline = Deadline.in(LIMIT);
            while (!Arrays.equals(next, sent)) {
                assertThat(deadline.passed()).as("read %s of %s, seed %d", next, sent, seed).isFalse();
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(ByteBuffer.wrap(record.value()).getLong())
                            .as("the record at offset %d of partition %d, seed %d", record.offset(),
                                    record.partition(), seed)
                            .isEqualTo(next[record.partition()]).isEqualTo(record.offset());
                    next[record.partition()]++;
                }
            }
        }
    }

    /** Of the topic's partitions, but for those that are being deleted. */
    private List<String> folders() {
        return List.of(one, two).stream()
                .flatMap(directory -> List.of(directory.toFile().list()).stream())
                .filter(name -> name.startsWith(TOPIC + "-") && !name.endsWith("-delete")).toList();
    }
}
