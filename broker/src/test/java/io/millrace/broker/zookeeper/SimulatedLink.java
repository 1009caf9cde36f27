package io.millrace.broker.zookeeper;

import io.millrace.broker.simulation.machine.Machine;
import io.millrace.broker.simulation.machine.Schedule;
import io.millrace.broker.simulation.machine.StepLoop;
import io.millrace.broker.zookeeper.SimulatedZooKeeper.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.data.Stat;

/**
 * One broker's connection to the simulated ZooKeeper: requests and answers in order, each with a delay; a connection
 * that breaks leaves some requests carried out and unanswered. Owned by the schedule.
 */
final class SimulatedLink extends ZooKeeperRequests implements ZooKeeperSession.Link {
    private static final long LEAST_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long MOST_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(600);
    private static final long RECONNECT_MS = 40;

    /** A request on its way: not yet carried out, or not yet answered. */
    private static final class Pending<T> {
        final String path;
        final Supplier<Outcome> work;
        final CompletableFuture<T> answer;
        boolean isDone;

        Pending(String path, Supplier<Outcome> work, CompletableFuture<T> answer) {
            this.path = path;
            this.work = work;
            this.answer = answer;
        }
    }

    private final SimulatedZooKeeper server;
    private final Schedule schedule;
    private final Machine machine;
    private final StepLoop loop;
    private final Consumer<ConnectionState> states;
    private final ArrayDeque<Pending<?>> pending = new ArrayDeque<>();
    private final Map<String, List<Watcher>> once = new LinkedHashMap<>();
    private final Map<String, Watcher> below = new LinkedHashMap<>();
    private long session;
    private int connection;
    private boolean isConnected;
    private boolean isCut;
    private boolean isDirect = true;
    private boolean isClosed;
    private long lastArrivalNs;
    private long lastAnswerNs;
    private long excusedUntilNs;

    SimulatedLink(SimulatedZooKeeper server, Machine machine, Consumer<ConnectionState> states) {
        super(() -> null);
        this.server = server;
        this.schedule = server.schedule();
        this.machine = machine;
        this.loop = machine.loop("zookeeper");
        this.states = states;
        session = server.open(this);
        isConnected = true;
        loop.execute(() -> {
            isDirect = false;
            states.accept(ConnectionState.CONNECTED);
        });
    }

    Machine machine() {
        return machine;
    }

    // The connection

    void cut(boolean cut) {
        isCut = cut;
        if (cut) {
            breakConnection();
        }
    }

    /** Of the requests under way the first few are still carried out. */
    void breakConnection() {
        if (!isConnected || isClosed) {
            return;
        }
        isConnected = false;
        connection++;
        int carriedOut = schedule.random().nextInt(pending.size() + 1);
        var failed = new ArrayList<>(pending);
        pending.clear();
        for (int i = 0; i < failed.size(); i++) {
            if (i < carriedOut && !failed.get(i).isDone && server.isOpen(session)) {
                var unheard = failed.get(i).work.get();
                schedule.note("zookeeper: nobody hears of " + unheard.code());
            }
        }
        watchSession();
        int broken = connection;
        loop.execute(() -> {
            states.accept(ConnectionState.SUSPENDED);
            tellAll(KeeperState.Disconnected);
            failed.forEach(each -> fail(each, Code.CONNECTIONLOSS));
        });
        loop.schedule(() -> {
            if (connection == broken && !isConnected) {
                states.accept(ConnectionState.LOST);
            }
        }, SimulatedZooKeeper.SESSION_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        reconnectLater();
    }

    private static void fail(Pending<?> each, Code code) {
        each.answer.completeExceptionally(new ZooKeeperException(code.intValue(), each.path));
    }

    /** The server ends the session unless it hears of us in time. */
    private void watchSession() {
        long watched = session;
        int silent = connection;
        int timeoutMs = SimulatedZooKeeper.SESSION_TIMEOUT_MS;
        schedule.afterMs(timeoutMs * 2 / 3 + schedule.random().nextInt(timeoutMs / 3), "zookeeper", () -> {
            boolean isHeard = connection != silent || isConnected && !machine.isPaused();
            if (!isHeard || machine.isDown() || isClosed) {
                server.expire(watched);
                if (isConnected && watched == session) {
                    breakConnection();
                }
            }
        });
    }

    /** Its session ends for no reason: a lease may outlast it. */
    void excuse() {
        excusedUntilNs = schedule.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(SimulatedZooKeeper.SESSION_TIMEOUT_MS);
    }

    boolean isExcused() {
        return schedule.nanoTime() < excusedUntilNs;
    }

    void fallSilent() {
        watchSession();
    }

    private void reconnectLater() {
        loop.schedule(this::reconnect, 1 + schedule.random().nextLong(RECONNECT_MS), TimeUnit.MILLISECONDS);
    }

    private void reconnect() {
        if (isConnected || isClosed) {
            return;
        }
        if (isCut) {
            reconnectLater();
            return;
        }
        connection++;
        isConnected = true;
        if (server.isOpen(session)) {
            states.accept(ConnectionState.RECONNECTED);
            tellAll(KeeperState.SyncConnected);
        } else {
            tellAll(KeeperState.Expired);
            once.clear();
            below.clear();
            session = server.open(this);
            states.accept(ConnectionState.RECONNECTED);
        }
    }

    private void tellAll(KeeperState state) {
        var event = new WatchedEvent(EventType.None, state, null);
        var watchers = new ArrayList<>(below.values());
        once.values().forEach(watchers::addAll);
        watchers.forEach(watcher -> watcher.process(event));
    }

    private long delayNs() {
        long delayNs = LEAST_DELAY_NS + schedule.random().nextLong(MOST_DELAY_NS);
        return schedule.oneIn(100) ? 100 * delayNs : delayNs;
    }

    private <T> CompletableFuture<T> send(String path, Supplier<Outcome> work) {
        var answer = new CompletableFuture<T>();
        var request = new Pending<>(path, work, answer);
        if (isDirect) {
            settle(request, work.get());
        } else if (isConnected) {
            pending.add(request);
            int sentOn = connection;
            lastArrivalNs = Math.max(lastArrivalNs, schedule.nanoTime() + delayNs());
            schedule.after(lastArrivalNs - schedule.nanoTime(), "zookeeper", () -> arrive(request, sentOn));
        } else {
            loop.execute(() -> fail(request, Code.CONNECTIONLOSS));
        }
        return answer;
    }

    private <T> void arrive(Pending<T> request, int sentOn) {
        if (sentOn != connection || machine.isDown() && schedule.oneIn(2)) {
            return;
        }
        if (!server.isOpen(session)) {
            breakConnection();
            return;
        }
        var outcome = request.work.get();
        request.isDone = true;
        answerLater(sentOn, () -> {
            pending.remove(request);
            settle(request, outcome);
        });
    }

    /** Answers and events come in the order in which things happened. */
    private void answerLater(int sentOn, Runnable task) {
        lastAnswerNs = Math.max(lastAnswerNs, schedule.nanoTime() + delayNs());
        schedule.after(lastAnswerNs - schedule.nanoTime(), "zookeeper", () -> {
            if (sentOn == connection) {
                loop.execute(() -> {
                    if (sentOn == connection) {
                        task.run();
                    }
                });
            }
        });
    }

    @SuppressWarnings("unchecked") // each request's work answers what its future is of
    private static <T> void settle(Pending<T> request, Outcome outcome) {
        if (outcome.code() == Code.OK) {
            request.answer.complete((T) outcome.value());
        } else {
            fail(request, outcome.code());
        }
    }

    /** A node changed: watchers are told, if we are connected. */
    void changed(String path, EventType type) {
        if (!isConnected) {
            return;
        }
        var told = new ArrayList<Watcher>();
        below.forEach((root, watcher) -> {
            if (path.equals(root) || path.startsWith(root + "/")) {
                told.add(watcher);
            }
        });
        var watchers = once.remove(path);
        if (watchers != null) {
            told.addAll(watchers);
        }
        if (!told.isEmpty()) {
            var event = new WatchedEvent(type, KeeperState.SyncConnected, path);
            answerLater(connection, () -> told.forEach(watcher -> watcher.process(event)));
        }
    }

    // Requests

    @Override
    CompletableFuture<Node> read(String path) {
        return send(path, () -> server.read(path));
    }

    @Override
    CompletableFuture<List<String>> children(String path) {
        return send(path, () -> server.children(path));
    }

    @Override
    CompletableFuture<Boolean> exists(String path, Watcher watcher) {
        return send(path, () -> {
            once.computeIfAbsent(path, key -> new ArrayList<>()).add(watcher);
            return new Outcome(Code.OK, server.find(path) != null);
        });
    }

    @Override
    CompletableFuture<Stat> create(String path, byte[] data, CreateMode mode) {
        return send(path, () -> server.create(session, path, data, mode.isEphemeral()));
    }

    @Override
    CompletableFuture<Stat> write(String path, byte[] data) {
        return send(path, () -> server.write(path, data, -1));
    }

    @Override
    CompletableFuture<Void> delete(String path, int version) {
        return send(path, () -> server.delete(path, version));
    }

    @Override
    CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        return send(ops.get(ops.size() - 1).getPath(), () -> server.multi(session, ops));
    }

    @Override
    CompletableFuture<Void> sync(String path) {
        return send(path, () -> Outcome.DONE);
    }

    @Override
    CompletableFuture<Void> watchBelow(String path, Watcher watcher) {
        return send(path, () -> {
            below.put(path, watcher);
            return Outcome.DONE;
        });
    }

    // The session

    @Override
    public ZooKeeperRequests requests() {
        return this;
    }

    @Override
    public boolean isConnected() {
        return isConnected;
    }

    @Override
    public long sessionId() {
        return session;
    }

    @Override
    public int sessionTimeoutMs() {
        return SimulatedZooKeeper.SESSION_TIMEOUT_MS;
    }

    @Override
    public void close() {
        isClosed = true;
        isConnected = false;
        connection++;
        server.expire(session);
    }
}
