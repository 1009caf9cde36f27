package io.millrace.consumer;

import io.millrace.consumer.group.Member;
import io.millrace.consumer.poll.Assignment;
import io.millrace.consumer.poll.SingleUse;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.OffsetAndTimestamp;
import io.millrace.consumer.position.OffsetReset;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.consumer.serialization.Deserializer;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.PartitionView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer: reads ahead on one thread of its own, and decodes on the one that polls. The settings have Kafka's names,
 * see {@link ConsumerSettings}; {@code bootstrap.servers} alone is needed.
 */
public final class MillraceConsumer<K, V> implements Consumer<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(MillraceConsumer.class);
    private static final long RUN_POLL_NS = 100_000_000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final SingleUse use = new SingleUse();
    private final RecordDecoder<K, V> decoder;
    private final Interceptors<K, V> interceptors;
    private final ConsumerClient client;
    private final Assignment assignment;
    private final OffsetCommits commits;
    private final GroupMember group;
    private final Lookups lookups;
    private final Duration apiTimeout;
    private final int mostRecords;
    private final long topicsMaxAgeMs;
    private final boolean skipsInternal;

    /** A consumer whose settings, a map or Properties, name the deserializers. */
    public MillraceConsumer(Map<?, ?> settings) {
        this(settings, null, null);
    }

    /** A consumer with these deserializers, or, where one is null, the one that the settings name. */
    public MillraceConsumer(Map<?, ?> given, Deserializer<K> keyDeserializer,
            Deserializer<V> valueDeserializer) {
        var texts = new HashMap<>(Configured.texts(given));
        texts.putIfAbsent(ClientSettings.CLIENT_ID.name(), "consumer-" + COUNT.incrementAndGet());
        var settings = Settings.parse(ConsumerSettings.CATALOG, texts);
        settings.unknownNames().forEach(LOG::warn);
        ConsumerSettings.check(settings);
        decoder = new RecordDecoder<>(
                Configured.deserializer(keyDeserializer, settings, ConsumerSettings.KEY_DESERIALIZER, true),
                Configured.deserializer(valueDeserializer, settings, ConsumerSettings.VALUE_DESERIALIZER,
                        false));
        interceptors = Interceptors.of(settings);
        apiTimeout = Duration.ofMillis(settings.get(ConsumerSettings.API_TIMEOUT_MS));
        mostRecords = settings.get(ConsumerSettings.MAX_POLL_RECORDS);
        topicsMaxAgeMs = settings.get(ClientSettings.METADATA_MAX_AGE_MS);
        skipsInternal = settings.get(ConsumerSettings.EXCLUDE_INTERNAL);
        client = new ConsumerClient(settings);
        assignment = client.assignment();
        lookups = new Lookups(client, settings);
        group = new GroupMember(client, settings);
        commits = new OffsetCommits(client, settings, group, interceptors);
        group.commitBeforeLoss(commits::beginBeforeLoss);
    }

    @Override
    public Set<TopicPartition> assignment() {
        return use.call(assignment::partitions);
    }

    @Override
    public Set<String> subscription() {
        return use.call(group::topics);
    }

    @Override
    public void subscribe(Collection<String> topics, RebalanceListener listener) {
        if (topics.isEmpty()) {
            unsubscribe();
        } else {
            use.run(() -> group.subscribe(Subscription.of(Set.copyOf(topics), listener)));
        }
    }

    @Override
    public void subscribe(Pattern pattern, RebalanceListener listener) {
        use.run(() -> group.subscribe(Subscription.of(pattern, listener, topicsMaxAgeMs, skipsInternal)));
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        use.run(() -> {
            group.requireNone();
            assignment.assign(Set.copyOf(partitions),
                    client.commitsOrNull() == null ? new StartPoint.ByPolicy()
                            : new StartPoint.Committed());
            client.follow(partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
        });
    }

    @Override
    public void unsubscribe() {
        use.run(() -> {
            group.leave(apiTimeout);
            assignment.assign(Set.of(), new StartPoint.Committed());
            client.follow(Set.of());
        });
    }

    @Override
    public ConsumerRecords<K, V> poll(Duration timeout) {
        use.enter();
        try {
            return poll(System.nanoTime() + timeout.toNanos(), mostRecords);
        } finally {
            use.leave();
        }
    }

    /** At most so many records; none wanted means only that time passes and rebalances go on. */
    private ConsumerRecords<K, V> poll(long deadlineNs, int most) {
        if (!group.isSubscribed() && assignment.isEmpty()) {
            throw new IllegalStateException("nothing is subscribed to and nothing assigned");
        }
        client.mailbox().checkWakeUp();
        while (true) {
            client.mailbox().runAll();
            commits.runCallbacks();
            long nowNs = System.nanoTime();
            group.tick(nowNs);
            commits.tick(nowNs);
            assignment.checkFailures();
            var records = most > 0 && group.mayPoll() ? decoder.take(assignment, most)
                    : ConsumerRecords.<K, V>empty();
            if (!records.isEmpty()) {
                return interceptors.onConsume(records);
            }
            assignment.checkFailures();
            if (nowNs - deadlineNs >= 0 || most <= 0) {
                return records;
            }
            client.mailbox().awaitTask(commits.nextTickNs(deadlineNs));
        }
    }

    @Override
    public void run(RecordHandler<K, V> handler, RunOptions<K, V> options) {
        use.run(() -> {
            var run = new HandlerRun<>(client, handler, options);
            commits.follow(run);
            group.follow(run::forget);
            try {
                run.run(this::pollFor);
            } finally {
                run.end();
                commits.unfollow(apiTimeout);
                group.follow(null);
            }
        });
    }

    /** Waits for a task, be it that of a handler, while no records are wanted. */
    private ConsumerRecords<K, V> pollFor(int wanted) {
        long deadlineNs = System.nanoTime() + RUN_POLL_NS;
        var records = poll(deadlineNs, Math.min(wanted, mostRecords));
        if (wanted <= 0) {
            client.mailbox().awaitTask(commits.nextTickNs(deadlineNs));
        }
        return records;
    }

    @Override
    public void commitSync() {
        commitSync(apiTimeout);
    }

    @Override
    public void commitSync(Duration timeout) {
        use.run(() -> commits.commit(commits.polled(), timeout));
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        commitSync(offsets, apiTimeout);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        use.run(() -> commits.commit(offsets, timeout));
    }

    @Override
    public void commitAsync(OffsetCommitCallback callback) {
        use.run(() -> commits.beginTold(commits.polled(), callback));
    }

    @Override
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        use.run(() -> commits.beginTold(offsets, callback));
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offsetAndMetadata) {
        seek(List.of(partition), new StartPoint.At(Position.of(offsetAndMetadata)));
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        seek(partitions.isEmpty() ? assignment() : partitions, new StartPoint.Beginning());
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        seek(partitions.isEmpty() ? assignment() : partitions, new StartPoint.End());
    }

    private void seek(Collection<TopicPartition> partitions, StartPoint at) {
        use.run(() -> {
            partitions.forEach(this::requireAssigned);
            partitions.forEach(partition -> assignment.seek(partition, at));
        });
    }

    private void requireAssigned(TopicPartition partition) {
        if (!assignment.contains(partition)) {
            throw new IllegalStateException("partition " + partition + " is not assigned to this consumer");
        }
    }

    @Override
    public long position(TopicPartition partition) {
        return position(partition, apiTimeout);
    }

    @Override
    public long position(TopicPartition partition, Duration timeout) {
        return use.call(() -> {
            requireAssigned(partition);
            long deadlineNs = System.nanoTime() + timeout.toNanos();
            if (!client.mailbox().await(() -> assignment.settle(partition), deadlineNs)) {
                throw client.timedOut("the position of " + partition, timeout);
            }
            return assignment.position(partition).offset();
        });
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        return committed(partitions, apiTimeout);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions,
            Duration timeout) {
        return use.call(() -> lookups.committed(partitions, timeout));
    }

    @Override
    public List<PartitionView> partitionsFor(String topic) {
        return partitionsFor(topic, apiTimeout);
    }

    @Override
    public List<PartitionView> partitionsFor(String topic, Duration timeout) {
        return use.call(() -> lookups.partitionsFor(topic, timeout));
    }

    @Override
    public Map<String, List<PartitionView>> listTopics() {
        return listTopics(apiTimeout);
    }

    @Override
    public Map<String, List<PartitionView>> listTopics(Duration timeout) {
        return use.call(() -> lookups.listTopics(timeout));
    }

    @Override
    public Set<TopicPartition> paused() {
        return use.call(() -> assignment.partitions().stream().filter(assignment::isPaused)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pause(partitions, true);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pause(partitions, false);
    }

    private void pause(Collection<TopicPartition> partitions, boolean pauses) {
        use.run(() -> {
            partitions.forEach(this::requireAssigned);
            partitions.forEach(partition -> assignment.pause(partition, pauses));
        });
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps) {
        return offsetsForTimes(timestamps, apiTimeout);
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps,
            Duration timeout) {
        return use.call(() -> lookups.offsetsForTimes(timestamps, timeout));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return beginningOffsets(partitions, apiTimeout);
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions,
            Duration timeout) {
        return use.call(() -> lookups.offsets(partitions, OffsetReset.EARLIEST_TIMESTAMP, timeout));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return endOffsets(partitions, apiTimeout);
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
        return use.call(() -> lookups.offsets(partitions, OffsetReset.LATEST_TIMESTAMP, timeout));
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        return use.call(() -> {
            requireAssigned(partition);
            return assignment.lag(partition, client.isReadCommitted());
        });
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return use.call(() -> {
            client.commits();
            Member member = group.member();
            return new ConsumerGroupMetadata(member.groupId(), member.generationId(), member.memberId(),
                    Optional.ofNullable(member.groupInstanceId()));
        });
    }

    @Override
    public void enforceRebalance() {
        use.run(group::rejoin);
    }

    @Override
    public void wakeup() {
        client.mailbox().wakeUp();
    }

    @Override
    public void close(Duration timeout) {
        use.runLast(() -> {
            try {
                commits.end(timeout);
                group.leave(timeout);
            } finally {
                client.close();
                interceptors.close();
                decoder.close();
            }
        });
    }
}
