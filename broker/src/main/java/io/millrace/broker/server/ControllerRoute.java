package io.millrace.broker.server;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.RoutedController;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.peer.ControllerReach;
import io.millrace.broker.peer.EnvelopeClient;
import io.millrace.broker.peer.PeerConnections;
import io.millrace.broker.peer.PortWatch;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.broker.server.socket.CoreLoops;
import io.millrace.broker.server.socket.Listeners;
import io.millrace.broker.zookeeper.ZooKeeperSettings;
import io.millrace.protocol.client.Connector;
import io.millrace.protocol.setting.Settings;

/** Builds the way from this broker to the others: to the cluster's controller, and to whoever may be dead. */
final class ControllerRoute {
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private ControllerRoute() {}

    static Controller open(Settings settings, ClusterLink cluster, CoreLoops loops, StoragePool pool) {
        int brokerId = settings.get(BrokerSettings.BROKER_ID);
        var loop = loops.all().get(0);
        var connector = new Connector(new Connector.Options(loops.channelType(), pool::execute,
                "broker-" + brokerId, CONNECT_TIMEOUT_MS, settings.get(SocketSettings.MAX_REQUEST_BYTES)));
        var connections = new PeerConnections(cluster::image, Listeners.interBroker(settings), connector,
                loop);
        var controller = new RoutedController(brokerId, cluster.follower(), cluster.localController(),
                new EnvelopeClient(connections), loop, InternalTopics.of(settings));
        cluster.follower().addListener(connections);
        cluster.follower().addListener(
                new PortWatch(brokerId, cluster::image, connections, cluster.election(), controller, loop));
        int sessionTimeoutMs = settings.get(ZooKeeperSettings.SESSION_TIMEOUT_MS);
        ControllerReach.over(brokerId, cluster::image, connections, sessionTimeoutMs,
                cluster.localController()::vacate).start(loop, sessionTimeoutMs);
        return controller;
    }
}
