package io.millrace.benchmark.load;

import io.millrace.benchmark.driver.RunningCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Topics of one partition with a replica on every broker, two of which must be in sync. Used by one thread. */
public final class ReplicatedTopics implements AutoCloseable {
    private static final int POLL_MS = 100;
    private static final int ATTEMPT_MS = 2_000;

    private final RunningCluster cluster;
    private final int patienceSeconds;
    private final Admin admin;
    private int created;

    public ReplicatedTopics(RunningCluster cluster, int patienceSeconds) {
        this.cluster = cluster;
        this.patienceSeconds = patienceSeconds;
        this.admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    /** Returns when all brokers are members of the cluster. */
    public void awaitBrokers() throws InterruptedException {
        await("all brokers",
                () -> admin.describeCluster().nodes().get().size() == cluster.ids().size());
    }

    public int controller() throws InterruptedException {
        await("a controller", () -> cluster.target().controller(admin) >= 0);
        return cluster.target().controller(admin);
    }

    /** Creates a topic that this broker leads, and returns its name when all replicas are in sync. */
    public String create(int leader) throws InterruptedException {
        var topic = "replicated-" + ++created;
        var replicas = new ArrayList<>(cluster.ids());
        Collections.swap(replicas, 0, replicas.indexOf(leader));
        try {
            admin.createTopics(List.of(new NewTopic(topic, Map.of(0, replicas))
                    .configs(Map.of("min.insync.replicas", "2")))).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic cannot be created", e);
        }
        awaitInSync(topic);
        return topic;
    }

    /** Creates a topic and returns its name when the controller has answered. */
    public String begin() throws InterruptedException {
        var topic = "begun-" + ++created;
        try {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) cluster.ids().size()))).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic cannot be created", e);
        }
        return topic;
    }

    /** Returns when a controller has created a topic, whoever has to become it first. */
    public void beginAgainAndAgain() throws InterruptedException {
        await("a controller that creates topics", () -> {
            admin.createTopics(List.of(new NewTopic("begun-" + ++created, 1, (short) 1)),
                    new CreateTopicsOptions().timeoutMs(ATTEMPT_MS)).all().get();
            return true;
        });
    }

    private void awaitInSync(String topic) throws InterruptedException {
        await("all replicas of " + topic, () -> {
            var partition = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
                    .get(0);
            return partition.leader() != null && partition.isr().size() == cluster.ids().size();
        });
    }

    /** Returns when all brokers and replicas are back, and removes the topic; fails if it lacks a record. */
    public void awaitWhole(String topic, long acknowledged) throws InterruptedException {
        awaitBrokers();
        awaitInSync(topic);
        var partition = new TopicPartition(topic, 0);
        try {
            long held = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition)
                    .get().offset();
            if (held < acknowledged) {
                throw new IllegalStateException(
                        cluster.target().name() + " acknowledged " + acknowledged + " records and has "
                                + held);
            }
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topic is not served", e);
        }
    }

    /** Failures to answer count as not yet: brokers may be on their way up. */
    private void await(String what, Callable<Boolean> condition) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        Exception last = null;
        while (System.nanoTime() < endNs) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        throw new IllegalStateException("still waiting for " + what, last);
    }

    @Override
    public void close() {
        admin.close();
    }
}
