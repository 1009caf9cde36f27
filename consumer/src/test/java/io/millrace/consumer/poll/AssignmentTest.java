package io.millrace.consumer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consumer.fetch.FetchRules;
import io.millrace.consumer.fetch.Fetcher;
import io.millrace.consumer.position.OffsetReset;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The polling thread's part and the loop's together, against brokers in virtual time. */
class AssignmentTest {
    private static final int SEEDS = Integer.getInteger("millrace.test.seeds", 60);
    private static final int PARTITIONS = 4;
    private static final long RECORDS = 500;

    /** One consumer, and the offset that each partition must bring next. */
    private static final class Run {
        final Random random;
        final ScriptedBrokers brokers;
        final Mailbox mailbox = new Mailbox();
        final Assignment assignment;
        final List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new TopicPartition("t", i)).toList();
        final Map<TopicPartition, Long> next = new HashMap<>();

        Run(long seed) {
            random = new Random(seed);
            brokers = new ScriptedBrokers(seed, PARTITIONS, RECORDS);
            brokers.trouble = seed % 10 / 15.0;
            var commands = new FetchCommands(task -> brokers.after(0, task));
            assignment = new Assignment(mailbox, commands);
            var rules = new FetchRules(1, 2_000, 1_000, 500, 30_000, false, true, "", 1_000_000,
                    OffsetReset.parse("earliest"), new Backoff(1, 1));
            var fetcher = new Fetcher(brokers, rules, assignment);
            commands.to(fetcher);
            brokers.onChange = fetcher::pump;
            assignment.assign(partitions, new StartPoint.Committed());
            partitions.forEach(
                    each -> next.put(each, each.partition() % 2 == 0 ? (long) each.partition() : 0L));
        }

        /** Takes some of what waits; everything must be what comes next. */
        void poll(String name) {
            mailbox.runAll();
            assignment.checkFailures();
            var reader = assignment.open();
            int left = 1 + random.nextInt(40);
            boolean hasMore = true;
            while (reader != null && left-- > 0 && hasMore) {
                hasMore = assignment.next();
                if (hasMore) {
                    var partition = reader.source().partition();
                    assertThat(assignment.isPaused(partition)).as(name).isFalse();
                    assertThat(reader.record().offset()).as(name).isEqualTo(next.get(partition));
                    assertThat(reader.record().buffer().getLong(reader.record().valueIndex())).as(name)
                            .isEqualTo(next.get(partition));
                    next.merge(partition, 1L, Long::sum);
                    reader.consumed();
                }
            }
            if (reader != null) {
                assignment.stop(!hasMore);
            }
        }

        void disturb() {
            var partition = partitions.get(random.nextInt(PARTITIONS));
            switch (random.nextInt(30)) {
                case 0 -> {
                    long offset = random.nextInt((int) RECORDS);
                    assignment.seek(partition, new StartPoint.At(Position.at(offset)));
                    next.put(partition, offset);
                }
                case 1 -> {
                    assignment.seek(partition, new StartPoint.Beginning());
                    next.put(partition, 0L);
                }
                case 2, 3 -> assignment.pause(partition, random.nextBoolean());
                case 4 -> {
                    assignment.seek(partition, new StartPoint.At(Position.at(RECORDS + 10)));
                    next.put(partition, 0L);
                }
                default -> assertThat(assignment.contains(partition)).isTrue();
            }
        }

        boolean isAtEnd() {
            return partitions.stream().allMatch(each -> next.get(each) == RECORDS);
        }
    }

    @Test
    void everythingIsReadOnceAndInOrderWhateverTheBrokersAndTheApplicationDo() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var name = "seed " + seed;
            var run = new Run(seed);
            for (int i = 0; i < 300; i++) {
                run.brokers.step();
                run.poll(name);
                run.disturb();
            }
            run.partitions.forEach(each -> run.assignment.pause(each, false));
            for (int steps = 0; !run.isAtEnd() && steps < 50_000; steps++) {
                run.brokers.step();
                run.poll(name);
            }
            assertThat(run.next.values()).as(name).containsOnly(RECORDS);
            run.poll(name);
            run.assignment.positions()
                    .forEach((partition, position) -> assertThat(position.offset()).as(name)
                            .isEqualTo(RECORDS));
            run.assignment.close();
        }
    }
}
