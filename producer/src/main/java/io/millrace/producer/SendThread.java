package io.millrace.producer;

import io.millrace.producer.batch.BatchPool;
import io.millrace.producer.batch.PartitionQueue;
import io.millrace.producer.batch.TopicQueues;
import io.millrace.producer.send.ClusterBrokers;
import io.millrace.producer.send.SendCounters;
import io.millrace.producer.send.SendRules;
import io.millrace.producer.send.Sender;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.cluster.TopicView;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The border between the threads that append records and the one that sends them: holds the topics' queues, and passes
 * news of them to the sender, many at a time.
 */
final class SendThread {
    private final ClusterClient client;
    private final BatchPool pool;
    private final Sender sender;
    private final Settings settings;
    private final Map<String, TopicQueues> topics = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<PartitionQueue> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isPosted = new AtomicBoolean();
    private final Runnable takeNews = this::takeNews;

    SendThread(Settings settings, SendRules rules) {
        this.settings = settings;
        client = ClusterClient.open(settings, true);
        long memoryBytes = settings.get(ProducerSettings.BUFFER_MEMORY);
        pool = new BatchPool(memoryBytes,
                (int) Math.max(1, Math.min(memoryBytes, settings.get(ProducerSettings.BATCH_SIZE))));
        var brokers = new ClusterBrokers(client, rules);
        sender = new Sender(brokers, rules, pool);
        brokers.onWritable(sender::pump);
        pool.onStarved(() -> client.loop().execute(sender::hurry));
        client.loop().execute(() -> {
            client.onView(this::onView);
            client.onConnection(nodeId -> sender.pump());
        });
    }

    boolean isCaller() {
        return client.loop().inEventLoop();
    }

    ClusterClient client() {
        return client;
    }

    SendCounters counters() {
        return sender.counters();
    }

    long availableBytes() {
        return pool.availableBytes();
    }

    /** The topic's queues; waits until the topic is known, or fails with REQUEST_TIMED_OUT. */
    TopicQueues queues(String topic, long maxWaitNs) {
        var known = topics.get(topic);
        return known != null ? known
                : topics.computeIfAbsent(topic, name -> newQueues(await(topic, maxWaitNs)));
    }

    TopicView await(String topic, long maxWaitNs) {
        var known = client.view().topic(topic);
        if (known != null && known.error() == ErrorCode.NONE) {
            return known;
        }
        if (isCaller()) {
            throw new ApiException(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "topic " + topic
                    + " is not known yet, and a callback cannot wait for it");
        }
        var asked = client.topic(topic);
        try {
            return asked.get(maxWaitNs, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw (RuntimeException) e.getCause();
        } catch (TimeoutException e) {
            throw unknown(topic, maxWaitNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                    "interrupted while waiting for topic " + topic);
        } finally {
            asked.cancel(false);
        }
    }

    private ApiException unknown(String topic, long maxWaitNs) {
        var reason = client.lastFailure();
        return new ApiException(ErrorCode.REQUEST_TIMED_OUT, "topic " + topic + " is not known after "
                + TimeUnit.NANOSECONDS.toMillis(maxWaitNs) + " ms: "
                + (reason != null ? reason.getMessage() : "no broker has it (yet)") + "; "
                + ClientSettings.BOOTSTRAP_SERVERS.name() + " are "
                + settings.text(ClientSettings.BOOTSTRAP_SERVERS));
    }

    private TopicQueues newQueues(TopicView topic) {
        return new TopicQueues(topic.partitions().size(),
                partition -> new PartitionQueue(new TopicPartition(topic.name(), partition), pool,
                        System::nanoTime,
                        this::onNews),
                settings.get(ProducerSettings.BATCH_SIZE), settings.get(ProducerSettings.ADAPTIVE));
    }

    private void onView() {
        var view = client.view();
        topics.forEach((name, queues) -> {
            var topic = view.topic(name);
            if (topic != null) {
                queues.grow(topic.partitions().size());
            }
            for (int i = 0; i < queues.size(); i++) {
                queues.queue(i).setLed(view.leaderOf(name, i) != null);
            }
        });
        sender.pump();
    }

    private void onNews(PartitionQueue queue) {
        news.add(queue);
        if (!isPosted.getAndSet(true)) {
            client.loop().execute(takeNews);
        }
    }

    private void takeNews() {
        isPosted.set(false);
        for (var queue = news.poll(); queue != null; queue = news.poll()) {
            sender.onNews(queue);
        }
        sender.pump();
    }

    /** Completes when all that was appended before is done with. */
    CompletableFuture<Void> flush() {
        var done = new CompletableFuture<Void>();
        client.loop().execute(() -> {
            takeNews();
            sender.flush().thenRun(() -> done.complete(null));
        });
        return done;
    }

    /** Gives up what is left, ends the thread and frees the memory. */
    void close(RuntimeException reason) {
        client.loop().execute(() -> {
            takeNews();
            sender.end(reason);
        });
        client.close();
        pool.close();
    }
}
