package io.millrace.broker.simulation.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Calls between machines, in order on each channel, with delays. A direction that is cut loses what is sent, or holds it
 * back until it is mended. Owned by the schedule.
 *
 * @param <S> what serves at a port
 */
public final class Network<S> {
    private static final long LEAST_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(30);
    private static final long MOST_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(500);

    /** Who calls: an id, the loop that is told, and which of its connections is used. */
    public record Caller(int id, StepLoop loop, String channel) {}

    private record Port<S>(Machine machine, S server) {}

    private record Direction(int from, int to) {}

    private record Lane(Direction direction, String channel, boolean isAnswer) {}

    /** One call that has no end yet. */
    private static final class Open<T> {
        private final Caller caller;
        private final int to;
        private final BiConsumer<T, String> done;
        private boolean isOver;

        Open(Caller caller, int to, BiConsumer<T, String> done) {
            this.caller = caller;
            this.to = to;
            this.done = done;
        }
    }

    private final Schedule schedule;
    private final Map<Integer, Port<S>> ports = new HashMap<>();
    private final Map<Lane, Long> arrivals = new HashMap<>();
    private final Set<Direction> cuts = new HashSet<>();
    private final Map<Direction, List<Runnable>> held = new HashMap<>();
    private final List<Open<?>> open = new ArrayList<>();
    private int slowFactor = 1;
    private int lossesIn = Integer.MAX_VALUE;

    public Network(Schedule schedule) {
        this.schedule = schedule;
    }

    /** From now on this machine answers for an id. */
    public void open(int id, Machine machine, S server) {
        ports.put(id, new Port<>(machine, server));
    }

    /** The machine of this id is gone: who waits for it learns of it. */
    public void reset(int id) {
        for (var call : List.copyOf(open)) {
            if (call.to == id) {
                schedule.after(delayNs(), "network", () -> finish(call, null, "the connection was reset"));
            }
        }
    }

    public void cut(int from, int to) {
        cuts.add(new Direction(from, to));
    }

    public void mend(int from, int to) {
        var direction = new Direction(from, to);
        cuts.remove(direction);
        var waiting = held.remove(direction);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
    }

    public void mendAll() {
        for (var direction : List.copyOf(cuts)) {
            mend(direction.from, direction.to);
        }
        slowFactor = 1;
        lossesIn = Integer.MAX_VALUE;
    }

    public void slow(int factor) {
        slowFactor = factor;
    }

    /** Loses one message in so many, and with it the call. */
    public void loseOneIn(int messages) {
        lossesIn = messages;
    }

    private long delayNs() {
        long delayNs = (LEAST_DELAY_NS + schedule.random().nextLong(MOST_DELAY_NS)) * slowFactor;
        return schedule.oneIn(60) ? 40 * delayNs : delayNs;
    }

    /** The request runs at the target, on no loop; the caller's loop is told once of the answer, or why there is none. */
    public <T> void call(Caller caller, int to, long timeoutMs, BiConsumer<S, Consumer<T>> request,
            BiConsumer<T, String> done) {
        var call = new Open<>(caller, to, done);
        open.add(call);
        schedule.afterMs(timeoutMs, "network", () -> finish(call, null, "no answer in time"));
        transmit(new Lane(new Direction(caller.id, to), caller.channel, false), call,
                () -> arrive(call, request));
    }

    private <T> void arrive(Open<T> call, BiConsumer<S, Consumer<T>> request) {
        var port = ports.get(call.to);
        if (port == null || port.machine.isDown()) {
            schedule.after(delayNs(), "network", () -> finish(call, null, "refused"));
            return;
        }
        var back = new Lane(new Direction(call.to, call.caller.id), call.caller.channel, true);
        request.accept(port.server,
                answer -> {
                    if (!port.machine.isDown()) {
                        transmit(back, call, () -> finish(call, answer, null));
                    }
                });
    }

    private void transmit(Lane lane, Open<?> call, Runnable delivery) {
        if (schedule.random().nextInt(lossesIn) == 1) {
            schedule.after(delayNs(), "network", () -> finish(call, null, "the connection broke"));
            return;
        }
        if (cuts.contains(lane.direction)) {
            if (schedule.oneIn(2)) {
                held.computeIfAbsent(lane.direction, key -> new ArrayList<>())
                        .add(() -> deliver(lane, delivery));
            }
            return;
        }
        deliver(lane, delivery);
    }

    private void deliver(Lane lane, Runnable delivery) {
        long arrivalNs = Math.max(arrivals.getOrDefault(lane, 0L), schedule.nanoTime() + delayNs());
        arrivals.put(lane, arrivalNs);
        schedule.after(arrivalNs - schedule.nanoTime(), "network", delivery);
    }

    private <T> void finish(Open<T> call, T answer, String failure) {
        if (!call.isOver) {
            call.isOver = true;
            open.remove(call);
            call.caller.loop.execute(() -> call.done.accept(answer, failure));
        }
    }
}
