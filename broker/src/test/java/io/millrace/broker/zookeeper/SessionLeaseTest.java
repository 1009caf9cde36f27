package io.millrace.broker.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.Uuid;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose way to ZooKeeper can be cut, and another that sees its registration. */
@Timeout(60)
class SessionLeaseTest {
    private static final int SESSION_MS = 1000;
    private static final int PATIENCE_S = 30;
    private static final int BROKER_ID = 1;

    @TempDir Path folder;
    private final ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<CompletableFuture<Void>> catchUps = new LinkedBlockingQueue<>();
    private EmbeddedZooKeeper zookeeper;
    private Relay relay;
    private ZooKeeperCluster broker;
    private ZooKeeperSession observer;

    @BeforeEach
    void start() throws Exception {
        zookeeper = EmbeddedZooKeeper.start(folder, 0);
        relay = new Relay(zookeeper.port());
        broker = ZooKeeperCluster.join(ZooKeeperSession.connect(relay.address(), SESSION_MS, 10_000),
                BROKER_ID,
                new Incarnation(Uuid.random(), List.of()), new ZooKeeperCluster.Owners(owner, owner));
        observer = ZooKeeperSession.connect(zookeeper.address(), SESSION_MS, 10_000);
        broker.register(new BrokerRegistrar.Announcement(BROKER_ID, List.of(), null, -1))
                .get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        broker.close();
        observer.close();
        relay.close();
        zookeeper.close();
        owner.shutdown();
    }

    private CompletableFuture<Void> begin() {
        return broker.lease().begin(false, () -> {
            var catchUp = new CompletableFuture<Void>();
            catchUps.add(catchUp);
            return catchUp;
        });
    }

    private CompletableFuture<Void> nextCatchUp() throws InterruptedException {
        var next = catchUps.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(next).as("an attempt to catch up").isNotNull();
        return next;
    }

    /** A machine that is slow may lose the lease again, and catches up again. */
    private void awaitHeld(boolean wanted) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (broker.lease().isHeld() != wanted) {
            assertThat(System.nanoTime()).as("time to wait for held = " + wanted).isLessThan(deadlineNs);
            if (wanted) {
                catchUps.forEach(afterPause -> afterPause.complete(null));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean isRegistered() {
        return observer.requests().exists(observer.znodes().brokerId(BROKER_ID), event -> {}).join();
    }

    private void cutOff() {
        relay.become(Relay.Mode.CUT);
        relay.dropConnections();
    }

    @Test
    void isHeldOnceTheBrokerHasCaughtUpAndForAsLongAsZooKeeperAnswers() throws Exception {
        var begun = begin();
        var catchUp = nextCatchUp();
        assertThat(broker.lease().isHeld()).isFalse();
        assertThat(begun).isNotDone();
        catchUp.complete(null);
        begun.get(PATIENCE_S, TimeUnit.SECONDS);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2 * SESSION_MS));
        awaitHeld(true);
    }

    @Test
    void isOverBeforeTheSessionOfABrokerThatIsCutOffAndBeginsAnewWhenItHasCaughtUp() throws Exception {
        var begun = begin();
        nextCatchUp().complete(null);
        begun.get(PATIENCE_S, TimeUnit.SECONDS);
        cutOff();
        while (isRegistered()) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(broker.lease().isHeld()).isFalse();
        relay.become(Relay.Mode.PASS);
        var catchUp = nextCatchUp();
        assertThat(isRegistered()).isTrue();
        assertThat(broker.lease().isHeld()).isFalse();
        catchUp.complete(null);
        awaitHeld(true);
    }

    @Test
    void whatWasLearntBeforeASecondCutDoesNotCount() throws Exception {
        begin();
        var first = nextCatchUp();
        cutOff();
        owner.schedule(() -> relay.become(Relay.Mode.PASS), 2 * SESSION_MS, TimeUnit.MILLISECONDS);
        var second = nextCatchUp();
        first.complete(null);
        owner.submit(() -> {}).get(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(broker.lease().isHeld()).isFalse();
        second.complete(null);
        awaitHeld(true);
    }

    @Test
    void endsTwoTicksOrHalfASessionEarly() {
        assertThat(SessionLease.leaseMs(18_000)).isEqualTo(14_000);
        assertThat(SessionLease.leaseMs(6_000)).isEqualTo(3_000);
        assertThat(SessionLease.leaseMs(1_000)).isEqualTo(500);
    }
}
