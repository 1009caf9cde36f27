package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.Endpoint;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this broker's ephemeral node in place, in every session anew. State belongs to the owner, a single thread. A
 * node of a predecessor in our data folder is deleted at once; another's is waited for until its session must be over.
 */
public final class BrokerRegistrar implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerRegistrar.class);
    private static final long GRACE_MS = 1000;
    private static final long POLL_MS = 100;

    private final ZooKeeperSession session;
    private final Incarnation incarnation;
    private final Executor owner;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<Long> firstEpoch = new CompletableFuture<>();
    private RegistrationNode node;
    private volatile long epoch = -1;
    private long waitingSinceNs;
    private volatile long takenInEpoch = -1;

    BrokerRegistrar(ZooKeeperSession session, Incarnation incarnation, ScheduledExecutorService owner) {
        this.session = session;
        this.incarnation = incarnation;
        this.owner = session.whileOpen(owner);
        this.timer = owner;
    }

    /** What a broker says of itself when it registers. */
    public record Announcement(int brokerId, List<Endpoint> endpoints, String rack,
            long cleanShutdownEpoch) {}

    /**
     * Stays registered until the session is closed; answers the first broker epoch. Fails with
     * DUPLICATE_BROKER_REGISTRATION when another living process has the id.
     */
    public CompletableFuture<Long> register(Announcement announcement) {
        owner.execute(() -> {
            node = new RegistrationNode(announcement.brokerId, incarnation.id(), announcement.endpoints,
                    announcement.rack, announcement.cleanShutdownEpoch, false);
            session.addListener(this);
        });
        return firstEpoch;
    }

    /** The newest broker epoch; -1 before the first. */
    public long epoch() {
        return epoch;
    }

    /** Says that this broker is about to stop; completes when ZooKeeper has it. */
    public CompletableFuture<Void> drain() {
        var done = new CompletableFuture<Void>();
        owner.execute(() -> {
            node = node.aboutToStop();
            session.requests().write(path(), node.encode()).whenComplete((stat, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        });
        return done;
    }

    /** Registers anew after this registration was declared dead by mistake, unless that has happened already. */
    public void renew(long deadEpoch) {
        owner.execute(() -> {
            if (epoch != deadEpoch || node.draining()) {
                return;
            }
            LOG.warn("Broker {} was taken for dead; it registers again", node.brokerId());
            epoch = -1;
            session.requests().delete(path(), -1).whenCompleteAsync((done, refused) -> create(), owner);
        });
    }

    /**
     * The image shows this registration. From now on no record of this process is in doubt if it registers anew; before,
     * nobody may know yet what its predecessor lost. Any thread.
     */
    public void takenIn(long shownEpoch) {
        if (takenInEpoch != shownEpoch) {
            takenInEpoch = shownEpoch;
            owner.execute(() -> node = node.intactSince(shownEpoch));
        }
    }

    @Override
    public void onConnected(boolean newSession) {
        owner.execute(this::create);
    }

    @Override
    public void onLost() {
        LOG.warn("Broker {} is no longer registered until ZooKeeper answers again", node.brokerId());
    }

    private void create() {
        session.requests().create(path(), node.encode(), CreateMode.EPHEMERAL)
                .whenCompleteAsync((stat, failure) -> {
                    if (failure == null) {
                        onRegistered(stat.getCzxid());
                    } else if (ZooKeeperException.codeOf(failure) == Code.NODEEXISTS) {
                        inspect();
                    } else {
                        retryOrFail(failure);
                    }
                }, owner);
    }

    private void inspect() {
        session.requests().read(path()).whenCompleteAsync((found, failure) -> {
            if (failure != null) {
                retryOrFail(failure);
            } else if (found.stat().getEphemeralOwner() == session.sessionId()) {
                onRegistered(found.stat().getCzxid());
            } else if (incarnation.covers(RegistrationNode.decode(found.data()).incarnation())) {
                session.requests().delete(path(), found.stat().getVersion())
                        .whenCompleteAsync((done, refused) -> create(), owner);
            } else {
                awaitEndOf(RegistrationNode.decode(found.data()));
            }
        }, owner);
    }

    private void awaitEndOf(RegistrationNode other) {
        if (waitingSinceNs == 0) {
            waitingSinceNs = System.nanoTime();
            LOG.warn(
                    "Broker id {} is registered by another process at {}; waiting in case its session is about"
                            + " to end",
                    node.brokerId(), other.endpoints());
        }
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waitingSinceNs);
        if (waitedMs > session.sessionTimeoutMs() + GRACE_MS) {
            var text = "Broker id " + node.brokerId() + " is in use by a running broker at "
                    + other.endpoints()
                    + "; stop that one or give this one another broker.id";
            LOG.error(text);
            firstEpoch.completeExceptionally(new ApiException(ErrorCode.DUPLICATE_BROKER_REGISTRATION, text));
        } else {
            timer.schedule(this::create, POLL_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void onRegistered(long newEpoch) {
        waitingSinceNs = 0;
        epoch = newEpoch;
        LOG.info("Broker {} is registered with epoch {}", node.brokerId(), epoch);
        firstEpoch.complete(epoch);
    }

    private void retryOrFail(Throwable failure) {
        var code = ZooKeeperException.codeOf(failure);
        if (ZooKeeperException.isUnknown(code) || code == Code.NONODE) {
            session.onceConnected(() -> owner.execute(this::create));
        } else {
            LOG.error("Broker {} cannot register", node.brokerId(), failure);
            firstEpoch.completeExceptionally(failure);
        }
    }

    private String path() {
        return session.znodes().brokerId(node.brokerId());
    }
}
