package io.millrace.broker.peer;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps a connection to every other broker, so that a dead one is found at once and not by its session: nobody listens on
 * its port any more. Reports that to the controller, or unseats the controller if it is the dead one. State belongs to
 * the event loop.
 */
public final class PortWatch implements MetadataListener {
    private static final long AGAIN_MS = 100;
    private static final int REFUSALS_TO_UNSEAT = 2;

    private final int brokerId;
    private final Supplier<ClusterImage> image;
    private final PeerConnections connections;
    private final ControllerElection election;
    private final Controller controller;
    private final EventLoop loop;
    private final Map<Integer, Watched> watched = new HashMap<>();

    /** One registration: how often its port has refused us in a row. */
    private static final class Watched {
        private final BrokerRegistration broker;
        private int refusals;
        private boolean isReporting;

        Watched(BrokerRegistration broker) {
            this.broker = broker;
        }
    }

    public PortWatch(int brokerId, Supplier<ClusterImage> image, PeerConnections connections,
            ControllerElection election, Controller controller, EventLoop loop) {
        this.brokerId = brokerId;
        this.image = image;
        this.connections = connections;
        this.election = election;
        this.controller = controller;
        this.loop = loop;
    }

    @Override
    public void onImage(ImageDelta delta, ClusterImage next) {
        for (int id : delta.changedBrokers()) {
            if (id != brokerId) {
                loop.execute(() -> follow(id, next.broker(id)));
            }
        }
    }

    private void follow(int id, BrokerRegistration now) {
        var before = watched.get(id);
        if (now == null) {
            watched.remove(id);
        } else if (before == null || before.broker.epoch() != now.epoch()) {
            var fresh = new Watched(now);
            watched.put(id, fresh);
            connect(fresh);
        }
    }

    private void connect(Watched target) {
        if (watched.get(target.broker.id()) != target) {
            return;
        }
        connections.to(target.broker.id()).whenComplete((connection, failure) -> {
            if (failure == null) {
                target.refusals = 0;
                connection.ended().thenRun(() -> loop.execute(() -> connect(target)));
                return;
            }
            if (isRefusal(failure)) {
                target.refusals++;
                onRefused(target);
            }
            loop.schedule(() -> connect(target), AGAIN_MS, TimeUnit.MILLISECONDS);
        });
    }

    private static boolean isRefusal(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ConnectionFailure connection && connection.kind() == Kind.REFUSED;
    }

    private void onRefused(Watched target) {
        var now = image.get();
        int id = target.broker.id();
        if (now.controllerId() == id && target.refusals >= REFUSALS_TO_UNSEAT) {
            election.unseat(id, now.controllerEpoch());
        }
        var self = now.broker(brokerId);
        if (self == null || target.isReporting) {
            return;
        }
        target.isReporting = true;
        controller.ask(new ReportUnreachable.Request(brokerId, self.epoch(), id, target.broker.epoch()))
                .whenComplete((done, failure) -> loop.execute(() -> target.isReporting = false));
    }
}
