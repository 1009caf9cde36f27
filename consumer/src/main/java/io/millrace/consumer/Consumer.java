package io.millrace.consumer;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.OffsetAndTimestamp;
import io.millrace.protocol.cluster.PartitionView;
import io.millrace.protocol.cluster.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads records from a Kafka cluster, alone or as one of a group. For one thread at a time: a second one gets a
 * ConcurrentModificationException; {@link #wakeup} alone is for any thread. Errors are unchecked: an ApiException carries
 * the protocol's error code. What waits for brokers does so for {@code default.api.timeout.ms} unless told otherwise.
 */
public interface Consumer<K, V> extends AutoCloseable {

    /** The partitions that are read now, assigned by hand or by the group. */
    Set<TopicPartition> assignment();

    /** The topics that are subscribed to. */
    Set<String> subscription();

    /** Reads these topics as a member of the group; replaces an earlier subscription. None is {@link #unsubscribe}. */
    default void subscribe(Collection<String> topics) {
        subscribe(topics, null);
    }

    /** The same, with a listener that is told which partitions come and go. */
    void subscribe(Collection<String> topics, RebalanceListener listener);

    /** Reads all topics whose whole name matches, those to come among them, as a member of the group. */
    default void subscribe(Pattern pattern) {
        subscribe(pattern, null);
    }

    /** The same, with a listener that is told which partitions come and go. */
    void subscribe(Pattern pattern, RebalanceListener listener);

    /** Reads these partitions, without a group's membership; replaces an earlier assignment. */
    void assign(Collection<TopicPartition> partitions);

    /** Reads nothing any more, and leaves the group. */
    void unsubscribe();

    /**
     * Records that have arrived, at most {@code max.poll.records}; waits so long at most while there are none. Also the
     * place where rebalances and commits go on, so call it at least every {@code max.poll.interval.ms}.
     */
    ConsumerRecords<K, V> poll(Duration timeout);

    /**
     * Polls, and hands each record to the handler, on threads of its own: records of one key one after the other, others
     * at once. A record whose handler throws is tried again, while those of other keys go on, and goes to the dead
     * letters in the end. Only what is done is committed, every {@code auto.commit.interval.ms} and before partitions
     * are given up; what is not comes again. Returns when {@link #wakeup} is called and the handlers under way have
     * returned; throws what made a record fail for good if there are no dead letters.
     */
    void run(RecordHandler<K, V> handler, RunOptions<K, V> options);

    /** The same with one thread and the other defaults of {@link RunOptions#threads}. */
    default void run(RecordHandler<K, V> handler) {
        run(handler, RunOptions.threads(1));
    }

    /** Commits the positions behind what poll has returned, and waits until that is done. */
    void commitSync();

    /** The same with a limit of time. */
    void commitSync(Duration timeout);

    /** Commits these positions, each the offset of the next record to read, and waits until that is done. */
    void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets);

    /** The same with a limit of time. */
    void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout);

    /** Commits the positions behind what poll has returned, without waiting; a failure is logged. */
    default void commitAsync() {
        commitAsync(null);
    }

    /** The same; the callback, which may be null, is told what became of it. */
    void commitAsync(OffsetCommitCallback callback);

    /** Commits these positions without waiting; the callback, which may be null, is told what became of it. */
    void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback);

    /** Reads on from this offset. */
    default void seek(TopicPartition partition, long offset) {
        seek(partition, new OffsetAndMetadata(offset));
    }

    /** Reads on from this position. */
    void seek(TopicPartition partition, OffsetAndMetadata offsetAndMetadata);

    /** Reads on from the first record that is left; none given means all that are assigned. */
    void seekToBeginning(Collection<TopicPartition> partitions);

    /** Reads on behind the last record; none given means all that are assigned. */
    void seekToEnd(Collection<TopicPartition> partitions);

    /** The offset of the next record that poll returns; waits until it is known. */
    long position(TopicPartition partition);

    /** The same with a limit of time. */
    long position(TopicPartition partition, Duration timeout);

    /** What the group has committed; partitions without a commit are left out. */
    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions);

    /** The same with a limit of time. */
    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout);

    /** The topic's partitions; none if there is no such topic. */
    List<PartitionView> partitionsFor(String topic);

    /** The same with a limit of time. */
    List<PartitionView> partitionsFor(String topic, Duration timeout);

    /** All topics and their partitions. */
    Map<String, List<PartitionView>> listTopics();

    /** The same with a limit of time. */
    Map<String, List<PartitionView>> listTopics(Duration timeout);

    /** The partitions that poll passes over. */
    Set<TopicPartition> paused();

    /** Lets poll pass over these partitions. A rebalance forgets it for those that it takes away. */
    void pause(Collection<TopicPartition> partitions);

    /** Lets poll return records of these partitions again. */
    void resume(Collection<TopicPartition> partitions);

    /** The first record at or after each time in milliseconds since 1970; partitions without one are left out. */
    Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps);

    /** The same with a limit of time. */
    Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps,
            Duration timeout);

    /** The offsets of the first records that are left. */
    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions);

    /** The same with a limit of time. */
    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions, Duration timeout);

    /** The offsets behind the last records that {@code isolation.level} lets this consumer see. */
    Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions);

    /** The same with a limit of time. */
    Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout);

    /** How many records lie behind the position, as far as is known here; asks nobody. */
    OptionalLong currentLag(TopicPartition partition);

    /** Who this consumer is in its group. */
    ConsumerGroupMetadata groupMetadata();

    /** Makes the group rebalance at the next poll. */
    void enforceRebalance();

    /** Ends a poll or another wait, or else the next one, with a WakeupException. For any thread. */
    void wakeup();

    /** Commits if {@code enable.auto.commit} says so, leaves the group, and frees everything; within 30 seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(30));
    }

    /** The same with a limit of time. */
    void close(Duration timeout);
}
