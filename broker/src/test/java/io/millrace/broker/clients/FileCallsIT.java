package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which threads of a broker in use make system calls on files: none of its core loops, whatever the logs do. Needs
 * strace and the right to look at other processes.
 */
@Tag("installed-tools")
class FileCallsIT {
    private static final String CALLS = "trace=%file,ftruncate,fallocate,fsync,fdatasync,sync_file_range,pread64,"
            + "pwrite64,preadv,pwritev,getdents64,mmap";
    private static final String CORE_LOOP = "core-";
    private static final int IDLE_PARTITIONS = 200;
    /** Of a partition that is made and closed without a record: folder, id, segment, snapshot of producers. */
    private static final int MOST_CALLS = 40;

    @TempDir Path root;

    @Test
    void noCoreLoopTouchesAFile() throws IOException {
        var data = Files.createDirectory(root.resolve("data"));
        var calls = root.resolve("calls");
        // -Y names the thread of a call; the kernel's filter leaves all other calls at their speed.
        var tracer = ThirdParty.strace(
                List.of("-f", "--seccomp-bpf", "-yy", "-Y", "-e", CALLS, "-o", calls.toString(), "--"));
        try (var broker = BrokerProcess.startUnder(tracer, data, "log.retention.check.interval.ms=500",
                "log.segment.delete.delay.ms=500", "log.cleaner.backoff.ms=200",
                "log.flush.offset.checkpoint.interval.ms=500")) {
            useEverything(new JavaClients(broker.bootstrap()), "traced");
        }
        var byThread = callsOn(data, calls);
        assertThat(byThread.keySet()).as("threads that use files")
                .anyMatch(name -> name.startsWith("storage-"))
                .anyMatch(name -> name.startsWith("flush"));
        assertIdlePartitionsAreCheap(byThread.values().stream().flatMap(Set::stream).toList());
        assertThat(byThread).as("calls on files by thread").allSatisfy((name, found) -> assertThat(name)
                .as(String.join("\n", found)).doesNotStartWith(CORE_LOOP));
    }

    /** Nothing is promised of them, so nothing of them is forced; of others the topic id is, before the first record. */
    private static void assertIdlePartitionsAreCheap(List<String> lines) {
        var ofIdle = lines.stream().filter(line -> line.contains("/traced-idle-")).toList();
        assertThat(ofIdle).as("forced").noneMatch(line -> line.contains("sync("));
        assertThat(ofIdle).hasSizeBetween(IDLE_PARTITIONS, IDLE_PARTITIONS * MOST_CALLS);
        assertThat(lines).as("ids are forced with records").anyMatch(
                line -> line.contains("sync(") && line.contains("/traced-0/partition.metadata"));
    }

    /** Rolls, forces, cold reads, retention, deletion of records and topics, compaction, commits. */
    private static void useEverything(JavaClients clients, String name) {
        var deleted = Map.of("segment.bytes", "1048576", "retention.bytes", "2097152", "flush.messages",
                "100");
        var compacted = Map.of("segment.bytes", "1048576", "cleanup.policy", "compact",
                "min.cleanable.dirty.ratio", "0.01");
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(new NewTopic(name, 3, (short) 1).configs(deleted),
                    new NewTopic(name + "-keys", 3, (short) 1).configs(compacted),
                    new NewTopic(name + "-idle", IDLE_PARTITIONS, (short) 1))).all());
            produce(clients, name);
            produce(clients, name + "-keys");
            try (var consumer = clients.consumer(Map.of("group.id", name))) {
                consumer.subscribe(List.of(name, name + "-keys"));
                JavaClients.poll(consumer, 5_000);
                consumer.commitSync();
            }
            var ends = new HashMap<TopicPartition, RecordsToDelete>();
            for (int partition = 0; partition < 3; partition++) {
                ends.put(new TopicPartition(name, partition), RecordsToDelete.beforeOffset(-1));
            }
            JavaClients.get(admin.deleteRecords(ends).all());
            JavaClients.get(admin.deleteTopics(List.of(name, name + "-keys")).all());
        }
    }

    private static void produce(JavaClients clients, String topic) {
        try (var producer = clients.producer(Map.of("acks", "all", "linger.ms", 5, "batch.size", 65_536))) {
            var value = "v".repeat(1_000);
            for (int i = 0; i < 15_000; i++) {
                producer.send(new ProducerRecord<>(topic, i % 3, "key-" + i % 1_000, value));
            }
        }
    }

    /** A line is {@code 123<thread> call(...)}, with its files by name; only calls below the folder count. */
    private static Map<String, Set<String>> callsOn(Path folder, Path trace) throws IOException {
        var found = new TreeMap<String, Set<String>>();
        try (var lines = Files.lines(trace)) {
            lines.filter(line -> line.contains(folder.toString())).forEach(line -> {
                var thread = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                found.computeIfAbsent(thread, name -> new TreeSet<>()).add(line);
            });
        }
        return found;
    }
}
