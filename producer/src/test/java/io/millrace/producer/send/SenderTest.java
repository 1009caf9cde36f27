package io.millrace.producer.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.producer.batch.BatchPool;
import io.millrace.producer.batch.Delivery;
import io.millrace.producer.batch.PartitionQueue;
import io.millrace.producer.batch.RecordParts;
import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.Compression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SenderTest {
    private static final int SEEDS = Integer.getInteger("millrace.test.seeds", 40);
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 400;
    private static final long PATIENT_NS = 120_000_000_000L;
    private static final long HASTY_NS = 20_000_000L;

    private final List<String> complaints = new ArrayList<>();

    /** One producer and what became of its records. */
    private final class Run {
        final Random random;
        final ScriptedBrokers brokers;
        final BatchPool pool = new BatchPool(1 << 20, 512);
        final Sender sender;
        final List<PartitionQueue> queues = new ArrayList<>();
        final Map<TopicPartition, Map<Long, Long>> acknowledged = new HashMap<>();
        final Map<TopicPartition, Integer> failed = new HashMap<>();
        int settled;

        Run(long seed, SendRules rules) {
            random = new Random(seed);
            brokers = new ScriptedBrokers(seed);
            sender = new Sender(brokers, rules, pool);
            brokers.onChange = sender::pump;
            for (int i = 0; i < PARTITIONS; i++) {
                queues.add(
                        new PartitionQueue(new TopicPartition("t", i), pool, brokers::nowNs,
                                queue -> brokers.after(0, () -> {
                                    sender.onNews(queue);
                                    sender.pump();
                                })));
            }
        }

        void produce() {
            var parts = new RecordParts();
            for (long value = 0; value < RECORDS; value++) {
                for (var queue : queues) {
                    parts.reset();
                    parts.key().putNull();
                    parts.value().putLong(value);
                    parts.headers(null);
                    queue.append(1_000 + value, parts, expecting(value), 0);
                }
                for (int steps = random.nextInt(4); steps > 0; steps--) {
                    brokers.step();
                }
            }
        }

        private Delivery expecting(long value) {
            return new Delivery() {
                @Override
                public void acknowledged(TopicPartition partition, long offset, long timestampMs,
                        int keyBytes,
                        int valueBytes) {
                    settled++;
                    acknowledged.computeIfAbsent(partition, absent -> new HashMap<>()).put(value, offset);
                    if (timestampMs != 1_000 + value || keyBytes != -1 || valueBytes != Long.BYTES) {
                        complaints.add("wrong metadata for " + value);
                    }
                }

                @Override
                public void failed(TopicPartition partition, RuntimeException failure) {
                    settled++;
                    failed.merge(partition, 1, Integer::sum);
                }
            };
        }

        /** Lets time pass until every record is acknowledged or given up, and the memory is back. */
        void finish() {
            var flushed = sender.flush();
            for (int steps = 0; steps < 2_000_000 && (settled < PARTITIONS * RECORDS || !flushed.isDone()
                    || pool.availableBytes() < 1 << 20); steps++) {
                if (!brokers.step()) {
                    break;
                }
            }
            assertThat(settled).as("records settled").isEqualTo(PARTITIONS * RECORDS);
            assertThat(flushed).isDone();
            assertThat(pool.availableBytes()).as("memory given back").isEqualTo(1 << 20);
            pool.close();
        }

        /** No record twice, none out of order, and every acknowledged one where the broker said. */
        void check(String name) {
            for (var queue : queues) {
                var values = brokers.values(queue.partition());
                assertThat(new HashSet<>(values)).as("%s: none twice", name).hasSameSizeAs(values);
                assertThat(values).as(name).isSorted();
                acknowledged.getOrDefault(queue.partition(), Map.of()).forEach((value, offset) -> assertThat(
                        values.get(offset.intValue())).as("%s: value at %d", name, offset).isEqualTo(value));
            }
            assertThat(complaints).as(name).isEmpty();
        }
    }

    private static SendRules rules(long deliveryTimeoutNs, int mostRetries) {
        return new SendRules((short) -1, true, 5, 2_000, mostRetries, 1_000_000, deliveryTimeoutNs, 30_000,
                new Backoff(1, 1), Compression.NONE, 0);
    }

    @Test
    void nothingIsLostDoubledOrReorderedWhateverTheBrokersDo() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, rules(PATIENT_NS, Integer.MAX_VALUE));
            run.brokers.trouble = seed % 10 / 20.0;
            run.produce();
            run.finish();
            run.check("seed " + seed);
            assertThat(run.failed).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aBatchThatIsTooLargeIsSplitUntilItsRecordsFit() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, rules(PATIENT_NS, Integer.MAX_VALUE));
            run.brokers.trouble = seed % 10 / 20.0;
            run.brokers.mostRecords = 1 + seed % 7;
            run.produce();
            run.finish();
            run.check("seed " + seed);
            assertThat(run.failed).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aLimitThatFallsAfterABatchWasAppendedUnseenDoublesNothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, rules(PATIENT_NS, Integer.MAX_VALUE));
            run.brokers.trouble = seed % 10 / 20.0;
            run.brokers.doesLimitChange = true;
            run.produce();
            run.finish();
            run.check("seed " + seed);
        }
    }

    @Test
    void recordsThatAreGivenUpOrRefusedLeaveTheOthersOnceAndInOrder() {
        int failures = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, rules(seed % 2 == 0 ? HASTY_NS : PATIENT_NS, seed % 3 == 0 ? 2 : 1_000));
            run.brokers.trouble = seed % 10 / 15.0;
            run.brokers.fatalTrouble = seed % 4 / 40.0;
            run.produce();
            run.finish();
            run.check("seed " + seed);
            failures += run.failed.values().stream().mapToInt(Integer::intValue).sum();
        }
        assertThat(failures).as("records given up in all runs").isPositive();
    }
}
