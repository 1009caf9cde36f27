package io.millrace.broker.server;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.partition.LeadershipListener;
import io.millrace.broker.partition.ReplicaContext;
import io.millrace.broker.partition.fetcher.FetcherSettings;
import io.millrace.broker.partition.fetcher.ReplicaFetchers;
import io.millrace.broker.partition.fetcher.ReplicationThrottle;
import io.millrace.broker.peer.PeerConnections;
import io.millrace.broker.peer.PeerFetches;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.server.socket.CoreLoops;
import io.millrace.broker.server.socket.Listeners;
import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.client.Connector;
import io.millrace.protocol.setting.Settings;
import io.netty.channel.EventLoop;
import java.util.HashMap;

/** Builds what replicas on this broker share: fetchers and their connections, and the way to the controller. */
final class Replication {
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int FETCH_TIMEOUT_MS = 30_000;

    private Replication() {}

    /** Who decides on ISRs, and who is told what this broker leads. */
    record Ends(Controller controller, LeadershipListener leaderships) {}

    static ReplicaContext open(Settings settings, ClusterLink cluster, CoreLoops loops, StoragePool pool,
            Ends ends) {
        int brokerId = settings.get(BrokerSettings.BROKER_ID);
        var connector = new Connector(new Connector.Options(loops.channelType(), pool::execute,
                "broker-" + brokerId + "-fetcher", CONNECT_TIMEOUT_MS,
                settings.get(SocketSettings.MAX_REQUEST_BYTES)));
        var byLoop = new HashMap<EventLoop, PeerConnections>();
        for (var loop : loops.all()) {
            var connections = new PeerConnections(cluster::image, Listeners.interBroker(settings), connector,
                    loop);
            cluster.follower().addListener(connections);
            byLoop.put(loop, connections);
        }
        var fetching = FetcherSettings.of(settings);
        var fetchers = new ReplicaFetchers(loops.all(),
                new PeerFetches(byLoop, FETCH_TIMEOUT_MS + fetching.maxWaitMs()),
                brokerId, () -> liveEpoch(cluster, brokerId), fetching,
                new ReplicationThrottle(brokerId, settings, cluster::image, System::nanoTime));
        return new ReplicaContext(brokerId, id -> liveEpoch(cluster, id),
                new IsrRequests(ends.controller, brokerId, () -> liveEpoch(cluster, brokerId),
                        loops.all().get(0)),
                fetchers, ends.leaderships, fetching.lagMs(), cluster::mayServe, cluster::isShown);
    }

    private static long liveEpoch(ClusterLink cluster, int brokerId) {
        var broker = cluster.image().broker(brokerId);
        return broker == null ? -1 : broker.epoch();
    }
}
