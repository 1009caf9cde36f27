package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.BrokerMembership;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.protocol.wire.Uuid;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One broker's place in the cluster, over one session. Order: lock the data folder, start {@link EmbeddedZooKeeper} if
 * asked for, join, start the MetadataFollower on {@link #log}, start the controller, open the sockets, register. Close
 * in reverse, this before the owners' threads; closing takes the broker out of the cluster at once.
 */
public final class ZooKeeperCluster implements AutoCloseable {

    /** The threads that this broker's parts are called on; each is one thread, and they may be the same. */
    public record Owners(ScheduledExecutorService controller, ScheduledExecutorService follower) {}

    private final ZooKeeperSession session;
    private final String clusterId;
    private final Uuid incarnation;
    private final MetadataLog log;
    private final ControllerElection election;
    private final BrokerMembership membership;
    private final BrokerRegistrar registrar;
    private final SessionLease lease;

    private ZooKeeperCluster(ZooKeeperSession session, int brokerId, Incarnation incarnation, Owners owners,
            SessionLease.Clock clock) {
        this.session = session;
        clusterId = session.createNodes();
        this.incarnation = incarnation.id();
        var controller = session.whileOpen(owners.controller);
        log = new ZooKeeperMetadataLog(session, session.whileOpen(owners.follower));
        election = new ZooKeeperElection(session, brokerId, incarnation, owners.controller);
        membership = new ZooKeeperMembership(session, controller);
        registrar = new BrokerRegistrar(session, incarnation, owners.controller);
        lease = new SessionLease(session, brokerId, owners.controller, clock);
    }

    /** Makes the cluster's nodes if this is its first broker. The session is closed with the cluster. */
    public static ZooKeeperCluster join(
            ZooKeeperSession session, int brokerId, Incarnation incarnation, Owners owners) {
        return join(session, brokerId, incarnation, owners, SessionLease.Clock.SYSTEM);
    }

    /** The same by another clock. */
    public static ZooKeeperCluster join(ZooKeeperSession session, int brokerId, Incarnation incarnation,
            Owners owners, SessionLease.Clock clock) {
        try {
            return new ZooKeeperCluster(session, brokerId, incarnation, owners, clock);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    public String clusterId() {
        return clusterId;
    }

    /** This process, as its registrations name it. */
    public Uuid incarnation() {
        return incarnation;
    }

    public MetadataLog log() {
        return log;
    }

    public ControllerElection election() {
        return election;
    }

    public BrokerMembership membership() {
        return membership;
    }

    /** See {@link BrokerRegistrar#register}. */
    public CompletableFuture<Long> register(BrokerRegistrar.Announcement announcement) {
        return registrar.register(announcement);
    }

    public BrokerRegistrar registrar() {
        return registrar;
    }

    /** Begins once the broker is registered. */
    public SessionLease lease() {
        return lease;
    }

    @Override
    public void close() {
        session.close();
    }
}
