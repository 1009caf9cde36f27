package io.millrace.broker.fault;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;

/** The admin requests of a mix, given up after some seconds: the cluster may be in no state to answer. Thread-safe. */
final class ClusterOperator implements AutoCloseable {
    private static final int REQUEST_LIMIT_MS = 3_000;
    private static final int LIMIT_MS = 6_000;

    private final Admin admin;
    private final List<String> topics;
    private final int partitions;
    private final FaultLog log;

    ClusterOperator(String bootstrap, List<String> topics, int partitions, FaultLog log) {
        this.admin = Admin
                .create(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", REQUEST_LIMIT_MS,
                        "default.api.timeout.ms", LIMIT_MS, "reconnect.backoff.max.ms", 500));
        this.topics = topics;
        this.partitions = partitions;
        this.log = log;
    }

    Admin admin() {
        return admin;
    }

    /** The answer, if there is one in time; the log says why there is none. */
    <T> Optional<T> ask(KafkaFuture<T> future) {
        try {
            return Optional.ofNullable(future.get(2 * LIMIT_MS, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            log.say("no answer: " + e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private boolean isDone(KafkaFuture<Void> future) {
        return ask(future.thenApply(nothing -> true)).isPresent();
    }

    String topic(Random random) {
        return topics.get(random.nextInt(topics.size()));
    }

    /** A broker that leads one of the partitions, or -1. */
    int leader(Random random) {
        int partition = random.nextInt(partitions);
        return describe(topic(random))
                .map(topic -> topic.partitions().get(partition).leader()).map(Node::id).orElse(-1);
    }

    Optional<TopicDescription> describe(String topic) {
        return ask(admin.describeTopics(List.of(topic)).allTopicNames()).map(all -> all.get(topic));
    }

    int controller() {
        return ask(admin.describeCluster().controller()).map(Node::id).orElse(-1);
    }

    boolean electPreferred() {
        return isDone(admin.electLeaders(ElectionType.PREFERRED, null).all());
    }

    boolean reassign(String topic, List<Integer> replicas) {
        var moves = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        for (int partition = 0; partition < partitions; partition++) {
            moves.put(new TopicPartition(topic, partition),
                    Optional.of(new NewPartitionReassignment(replicas)));
        }
        return isDone(admin.alterPartitionReassignments(moves).all());
    }

    /** Answers whether that topic is gone for certain. */
    boolean delete(Uuid topicId) {
        var deletion = admin.deleteTopics(TopicCollection.ofTopicIds(List.of(topicId))).all();
        return isDone(deletion) || isUnknown(deletion);
    }

    private static boolean isUnknown(KafkaFuture<Void> deletion) {
        try {
            deletion.getNow(null);
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof UnknownTopicIdException;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether all brokers are there and every partition has all its replicas in sync. */
    boolean isWhole(List<String> wanted) {
        boolean hasBrokers = ask(admin.describeCluster().nodes())
                .map(nodes -> nodes.size() == FaultCluster.BROKERS).orElse(false);
        return hasBrokers && ask(admin.describeTopics(wanted).allTopicNames())
                .map(all -> all.values().stream().flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.leader() != null
                                && partition.replicas().size() == FaultCluster.BROKERS
                                && partition.isr().size() == FaultCluster.BROKERS))
                .orElse(false);
    }

    @Override
    public void close() {
        admin.close();
    }
}
