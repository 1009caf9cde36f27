package io.millrace.benchmark.control;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.ImageSnapshot;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.zookeeper.EmbeddedZooKeeper;
import io.millrace.broker.zookeeper.Incarnation;
import io.millrace.broker.zookeeper.ZooKeeperCluster;
import io.millrace.broker.zookeeper.ZooKeeperSession;
import io.millrace.protocol.wire.Uuid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;

/**
 * A metadata log in a real ZooKeeper, written by a controller and read by brokers, without brokers around it. Topics
 * have three replicas on three brokers. One thread drives it.
 */
public final class LogOfPartitions implements AutoCloseable {
    private static final int MOST_CHANGES = 1000;
    private static final int SESSION_TIMEOUT_MS = 30_000;
    private static final List<List<Integer>> PLACES = List.of(List.of(1, 2, 3), List.of(2, 3, 1),
            List.of(3, 1, 2));

    private final EmbeddedZooKeeper zookeeper;
    private final List<Member> members = new ArrayList<>();
    private final int topics;
    private final int partitionsPerTopic;
    private final Random random = new Random(1);
    private long entries;

    public LogOfPartitions(Path folder, int topics, int partitionsPerTopic) {
        this.zookeeper = EmbeddedZooKeeper.start(folder, 0);
        this.topics = topics;
        this.partitionsPerTopic = partitionsPerTopic;
    }

    /** One broker's end of the log. */
    public final class Member implements ControllerElection.Candidate, AutoCloseable {
        private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
        private final CompletableFuture<ControllerTerm> elected = new CompletableFuture<>();
        private final ZooKeeperCluster cluster;
        private final MetadataFollower follower;

        private Member(int id) {
            var session = ZooKeeperSession.connect(zookeeper.address(), SESSION_TIMEOUT_MS,
                    SESSION_TIMEOUT_MS);
            cluster = ZooKeeperCluster.join(session, id, new Incarnation(Uuid.random(), List.of()),
                    new ZooKeeperCluster.Owners(owner, owner));
            follower = new MetadataFollower(cluster.clusterId(), owner, failure -> {
                throw failure;
            });
        }

        /** Returns with the image, once all that the log holds has been read. */
        public ClusterImage read() {
            cluster.log().follow(follower);
            return follower.caughtUp().join();
        }

        @Override
        public void onElected(ControllerTerm term) {
            elected.complete(term);
        }

        @Override
        public void onDeposed(ControllerTerm term) {
            elected.completeExceptionally(new IllegalStateException("the controller was deposed"));
        }

        @Override
        public void close() {
            cluster.close();
            owner.shutdown();
        }
    }

    /** A broker that knows nothing yet. */
    public Member join() {
        var member = new Member(members.size() + 1);
        members.add(member);
        return member;
    }

    /** Becomes the controller, and appends all topics, one decision each; returns when the member has applied them. */
    public void create(Member controller) {
        controller.cluster.election().campaign(controller);
        var term = controller.elected.join();
        for (int topic = 0; topic < topics; topic++) {
            for (var batch : MetadataBatch.split(term.epoch(), creation(topic))) {
                controller.cluster.log().append(term, ++entries, batch).join();
            }
        }
        controller.follower.whenApplied(entries).join();
    }

    private List<MetadataRecord> creation(int topic) {
        var id = new Uuid(random.nextLong(), random.nextLong());
        var partitions = IntStream.range(0, partitionsPerTopic).mapToObj(index -> {
            var replicas = PLACES.get(random.nextInt(PLACES.size()));
            return new PartitionImage(index, replicas, replicas, replicas.get(0),
                    random.nextInt(MOST_CHANGES),
                    random.nextInt(MOST_CHANGES));
        }).toList();
        var records = new ArrayList<MetadataRecord>();
        records.add(new MetadataRecord.TopicCreated("topic-" + topic, id));
        records.addAll(MetadataRecord.PartitionsChanged.split(id, partitions));
        return records;
    }

    /** The image of a member as a snapshot's chunks. */
    public List<MetadataBatch> chunks(Member member) {
        var image = member.follower.image();
        return MetadataBatch.split(image.controllerEpoch(), ImageSnapshot.recordsOf(image));
    }

    /** Stores them in place of the entries. */
    public void store(Member controller, List<MetadataBatch> chunks) {
        controller.cluster.log().writeSnapshot(controller.elected.join(), entries, chunks, entries).join();
    }

    /** An image made of a snapshot's chunks. */
    public static ClusterImage build(List<MetadataBatch> chunks) {
        var records = new ArrayList<MetadataRecord>();
        chunks.forEach(chunk -> records.addAll(chunk.records()));
        return ImageBuilder.fold(ClusterImage.empty("benchmark"), records, 1);
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        zookeeper.close();
    }
}
