package io.millrace.broker.peer;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Asks all other brokers for a sign of life while this one is the controller, and has it leave the seat when most of the
 * live brokers gave none for two beats, as long as a session: who is dead or stuck is not live by then. A seat that
 * nobody took is kept from then on: nobody is better placed. A port that refuses us is a sign: the way there is open.
 * State belongs to the event loop.
 */
public final class ControllerReach {
    private static final int SILENT_BEATS = 2;
    private static final int NONE = -1;

    private final int brokerId;
    private final Supplier<ClusterImage> image;
    private final IntFunction<CompletableFuture<?>> signs;
    private final IntConsumer vacate;
    private final Map<Integer, Integer> unanswered = new HashMap<>();
    private int vacatedEpoch = NONE;

    /** {@code signs} completes on the loop when a broker has answered; {@code vacate} is told an epoch to give up. */
    ControllerReach(int brokerId, Supplier<ClusterImage> image, IntFunction<CompletableFuture<?>> signs,
            IntConsumer vacate) {
        this.brokerId = brokerId;
        this.image = image;
        this.signs = signs;
        this.vacate = vacate;
    }

    /** Over these connections, whose loop it belongs to. */
    public static ControllerReach over(int brokerId, Supplier<ClusterImage> image,
            PeerConnections connections, int sessionTimeoutMs, IntConsumer vacate) {
        var question = new ApiVersions.Request("millrace-broker", "1", null, NONE);
        return new ControllerReach(brokerId, image,
                id -> connections.to(id)
                        .thenCompose(connection -> connection.send(question, sessionTimeoutMs)),
                vacate);
    }

    public void start(EventLoop loop, int sessionTimeoutMs) {
        int beatMs = sessionTimeoutMs / SILENT_BEATS;
        loop.scheduleWithFixedDelay(this::beat, beatMs, beatMs, TimeUnit.MILLISECONDS);
    }

    void beat() {
        var now = image.get();
        if (now.controllerId() != brokerId) {
            unanswered.clear();
            return;
        }
        unanswered.keySet().retainAll(now.brokers().keySet());
        boolean isCutOff = 2 * silent() > now.brokers().size();
        if (!isCutOff) {
            vacatedEpoch = NONE;
        } else if (vacatedEpoch == NONE || now.controllerEpoch() > vacatedEpoch + 1) {
            vacatedEpoch = now.controllerEpoch();
            vacate.accept(vacatedEpoch);
            return;
        }
        now.brokers().keySet().stream().filter(id -> id != brokerId).forEach(this::ask);
    }

    private long silent() {
        return unanswered.values().stream().filter(beats -> beats >= SILENT_BEATS).count();
    }

    private void ask(int id) {
        unanswered.merge(id, 1, Integer::sum);
        signs.apply(id).whenComplete((answer, failure) -> {
            if (failure == null || isRefusal(failure)) {
                unanswered.replace(id, 0);
            }
        });
    }

    private static boolean isRefusal(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ConnectionFailure connection && connection.kind() == Kind.REFUSED;
    }
}
