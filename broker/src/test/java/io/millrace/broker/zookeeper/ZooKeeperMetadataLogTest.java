package io.millrace.broker.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection.Candidate;
import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.ImageSnapshot;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.broker.metadata.RandomHistory;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ZooKeeperMetadataLogTest {
    private static final int KEPT_ENTRIES = 100;
    private static final long SEED = new Random().nextLong();
    private static final int SHORT_SESSION_MS = 1000;
    private static final int LONG_SESSION_MS = 20_000;

    @TempDir Path folder;
    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
    private EmbeddedZooKeeper zookeeper;

    @BeforeEach
    void start() {
        zookeeper = EmbeddedZooKeeper.start(folder, 0);
    }

    @AfterEach
    void stop() {
        zookeeper.close();
        owner.shutdown();
    }

    /** One broker's session, its candidate's terms, and the log. */
    private final class Member implements AutoCloseable, Candidate {
        final BlockingQueue<ControllerTerm> elected = new LinkedBlockingQueue<>();
        final BlockingQueue<ControllerTerm> deposed = new LinkedBlockingQueue<>();
        final ZooKeeperCluster cluster;
        final MetadataLog log;

        Member(int id, ZooKeeperAddress address) {
            this(id, address, SHORT_SESSION_MS);
        }

        Member(int id, ZooKeeperAddress address, int sessionTimeoutMs) {
            var session = ZooKeeperSession.connect(address, sessionTimeoutMs, 10_000);
            cluster = ZooKeeperCluster.join(session, id, new Incarnation(Uuid.random(), List.of()),
                    new ZooKeeperCluster.Owners(owner, owner));
            log = cluster.log();
        }

        ControllerTerm win() throws InterruptedException {
            cluster.election().campaign(this);
            return elected.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void onElected(ControllerTerm term) {
            elected.add(term);
        }

        @Override
        public void onDeposed(ControllerTerm term) {
            deposed.add(term);
        }

        @Override
        public void close() {
            cluster.close();
        }
    }

    private MetadataFollower follower(Member member) {
        var follower = new MetadataFollower("cluster", owner, failure -> {
            throw new AssertionError("seed " + SEED, failure);
        });
        member.log.follow(follower);
        return follower;
    }

    private static ClusterImage await(MetadataFollower follower, long version) throws Exception {
        return follower.whenApplied(version).get(30, TimeUnit.SECONDS);
    }

    private static void append(Member member, ControllerTerm term, long sequence, MetadataBatch batch)
            throws Exception {
        member.log.append(term, sequence, batch).get(30, TimeUnit.SECONDS);
    }

    @Test
    void deposedControllerCannotAppend() throws Exception {
        try (var first = new Member(1, zookeeper.address());
                var second = new Member(2, zookeeper.address())) {
            var history = new RandomHistory(SEED, "cluster");
            var oldTerm = first.win();
            append(first, oldTerm, 1, history.next());
            first.cluster.election().withdraw();
            var newTerm = second.win();
            assertThat(newTerm.epoch()).isGreaterThan(oldTerm.epoch());
            assertThatThrownBy(() -> append(first, oldTerm, 2, history.next()))
                    .isInstanceOf(ExecutionException.class)
                    .cause().isInstanceOfSatisfying(ApiException.class,
                            e -> assertThat(e.errorCode()).isEqualTo(ErrorCode.NOT_CONTROLLER));
            append(second, newTerm, 2, new MetadataBatch(newTerm.epoch(), List.of()));
            assertThat(second.log.extent().get().newestSequence()).isEqualTo(2);
        }
    }

    @Test
    void appendWhoseAnswerIsLostSucceedsOnceAndTheNextOneFollows() throws Exception {
        try (var relay = new Relay(zookeeper.port());
                var controller = new Member(1, relay.address(), LONG_SESSION_MS);
                var observer = new Member(2, zookeeper.address())) {
            var history = new RandomHistory(SEED, "cluster");
            var term = controller.win();
            var batch = new MetadataBatch(term.epoch(), history.next().records());
            relay.become(Relay.Mode.SWALLOW_ANSWERS);
            var append = controller.log.append(term, 1, batch);
            var follower = follower(observer);
            await(follower, 1);
            assertThat(append).isNotDone();
            relay.become(Relay.Mode.PASS);
            relay.dropConnections();
            append.get(30, TimeUnit.SECONDS);
            append(controller, term, 2, new MetadataBatch(term.epoch(), history.next().records()));
            assertThat(await(follower, 2)).as("seed %d", SEED).isEqualTo(history.image());
        }
    }

    @Test
    void snapshotAndTailReadColdEqualTheFold() throws Exception {
        try (var controller = new Member(1, zookeeper.address());
                var reader = new Member(2, zookeeper.address())) {
            var history = new RandomHistory(SEED, "cluster");
            var term = controller.win();
            int count = KEPT_ENTRIES * 3;
            for (int i = 1; i <= count; i++) {
                append(controller, term, i, history.next());
                if (i == count - 5) {
                    var chunks = MetadataBatch.split(term.epoch(), ImageSnapshot.recordsOf(history.image()));
                    controller.log.writeSnapshot(term, i, chunks, i - KEPT_ENTRIES).get(30, TimeUnit.SECONDS);
                }
            }
            assertThat(reader.log.extent().get()).isEqualTo(new MetadataLog.Extent(count, count - 5));
            assertThat(await(follower(reader), count)).as("seed %d", SEED).isEqualTo(history.image());
        }
    }

    @Test
    void followerThatWasCutOffPastTheTrimCatchesUpByTheSnapshot() throws Exception {
        try (var relay = new Relay(zookeeper.port());
                var reader = new Member(2, relay.address());
                var controller = new Member(1, zookeeper.address())) {
            var history = new RandomHistory(SEED, "cluster");
            var term = controller.win();
            append(controller, term, 1, history.next());
            var follower = follower(reader);
            await(follower, 1);
            relay.become(Relay.Mode.CUT);
            relay.dropConnections();
            int count = KEPT_ENTRIES + 50;
            for (int i = 2; i <= count; i++) {
                append(controller, term, i, history.next());
            }
            var chunks = MetadataBatch.split(term.epoch(), ImageSnapshot.recordsOf(history.image()));
            controller.log.writeSnapshot(term, count, chunks, count - KEPT_ENTRIES).get(30, TimeUnit.SECONDS);
            relay.become(Relay.Mode.PASS);
            assertThat(await(follower, count)).as("seed %d", SEED)
                    .isEqualTo(history.image());
            append(controller, term, count + 1, history.next());
            assertThat(await(follower, count + 1)).as("seed %d", SEED)
                    .isEqualTo(history.image());
        }
    }

    @Test
    void controllerThatLostItsConnectionForLessThanItsSessionGoesOn() throws Exception {
        try (var relay = new Relay(zookeeper.port());
                var controller = new Member(1, relay.address(), LONG_SESSION_MS);
                var rival = new Member(2, zookeeper.address())) {
            var history = new RandomHistory(SEED, "cluster");
            var term = controller.win();
            rival.cluster.election().campaign(rival);
            relay.become(Relay.Mode.CUT);
            relay.dropConnections();
            var append = controller.log.append(term, 1,
                    new MetadataBatch(term.epoch(), history.next().records()));
            assertThat(rival.elected.poll(1, TimeUnit.SECONDS)).isNull();
            assertThat(append).isNotDone();
            relay.become(Relay.Mode.PASS);
            append.get(30, TimeUnit.SECONDS);
            append(controller, term, 2, new MetadataBatch(term.epoch(), history.next().records()));
            assertThat(controller.deposed).isEmpty();
            assertThat(rival.elected).isEmpty();
        }
    }

    @Test
    void vacatedSeatGoesToAnotherBrokerAndBackIfThereIsNone() throws Exception {
        try (var first = new Member(1, zookeeper.address())) {
            var alone = first.win();
            first.cluster.election().vacate(alone);
            assertThat(first.deposed.poll(30, TimeUnit.SECONDS)).isEqualTo(alone);
            var again = first.elected.poll(30, TimeUnit.SECONDS);
            assertThat(again.epoch()).isEqualTo(alone.epoch() + 1);
            try (var second = new Member(2, zookeeper.address())) {
                second.cluster.election().campaign(second);
                assertThat(second.elected.poll(1, TimeUnit.SECONDS)).isNull();
                first.cluster.election().vacate(again);
                assertThat(second.elected.poll(30, TimeUnit.SECONDS).epoch()).isEqualTo(again.epoch() + 1);
            }
            assertThat(first.elected.poll(30, TimeUnit.SECONDS).epoch()).isEqualTo(again.epoch() + 2);
        }
    }

    @Test
    void expiredSessionEndsTheTermAndTheNextOneHasAHigherEpoch() throws Exception {
        try (var relay = new Relay(zookeeper.port()); var member = new Member(1, relay.address())) {
            var term = member.win();
            long epoch = member.cluster.register(announcement()).get(30, TimeUnit.SECONDS);
            relay.become(Relay.Mode.CUT);
            relay.dropConnections();
            assertThat(member.deposed.poll(30, TimeUnit.SECONDS)).isEqualTo(term);
            relay.become(Relay.Mode.PASS);
            assertThat(member.elected.poll(30, TimeUnit.SECONDS).epoch()).isGreaterThan(term.epoch());
            var seen = new LinkedBlockingQueue<Long>();
            member.cluster.membership().watch(brokers -> brokers.forEach(broker -> seen.add(broker.epoch())));
            long newest = seen.poll(30, TimeUnit.SECONDS);
            while (newest <= epoch) {
                newest = seen.poll(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void brokerIdOfALivingProcessIsRefusedWithTheAddressOfTheOther() throws Exception {
        try (var first = new Member(1, zookeeper.address());
                var second = new Member(1, zookeeper.address())) {
            first.cluster.register(announcement()).get(30, TimeUnit.SECONDS);
            var refused = second.cluster.register(announcement());
            assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).cause()
                    .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.errorCode())
                            .isEqualTo(ErrorCode.DUPLICATE_BROKER_REGISTRATION))
                    .hasMessageContaining("give this one another broker.id");
        }
    }

    @Test
    void clusterUnderAMissingPathIsMadeOnceAndSharedByAll() {
        var address = new ZooKeeperAddress(zookeeper.address().servers(), "/deep/down");
        try (var first = new Member(1, address);
                var second = new Member(2, address);
                var elsewhere = new Member(1, zookeeper.address())) {
            assertThat(first.cluster.clusterId()).hasSize(22).isEqualTo(second.cluster.clusterId())
                    .isNotEqualTo(elsewhere.cluster.clusterId());
        }
    }

    private static BrokerRegistrar.Announcement announcement() {
        return new BrokerRegistrar.Announcement(1, List.of(), null, -1);
    }
}
