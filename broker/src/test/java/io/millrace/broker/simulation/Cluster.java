package io.millrace.broker.simulation;

import io.millrace.broker.controller.RemoteController;
import io.millrace.broker.partition.fetcher.Peers;
import io.millrace.broker.server.SimulatedBroker;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.simulation.machine.Machine;
import io.millrace.broker.simulation.machine.Network;
import io.millrace.broker.simulation.machine.Schedule;
import io.millrace.broker.simulation.machine.StepLoop;
import io.millrace.broker.zookeeper.Incarnation;
import io.millrace.broker.zookeeper.SimulatedZooKeeper;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The brokers, up or down, with their network and ZooKeeper. Owned by the schedule. */
final class Cluster {
    private static final int FETCH_TIMEOUT_MS = 2500;
    private static final int CONTROL_TIMEOUT_MS = 500;
    private static final int FETCH_VERSION = ApiKey.FETCH.maxVersion();

    /** One broker's id and disk, and the process that runs there now. */
    static final class Seat {
        final int id;
        final FaultyDisk disk = new FaultyDisk();
        private final List<Uuid> incarnations = new ArrayList<>();
        SimulatedBroker broker;
        boolean isDraining;
        private long intactEpoch = -1;

        Seat(int id) {
            this.id = id;
        }

        boolean isUp() {
            return broker != null;
        }
    }

    private final Schedule schedule;
    private final Observer observer;
    private final Path folder;
    private final SimulatedZooKeeper zookeeper;
    private final Network<SimulatedBroker> network;
    private final List<Seat> seats = new ArrayList<>();
    private final Machine clients;
    private final StepLoop clientLoop;

    Cluster(Schedule schedule, Path folder, int brokers) {
        this.schedule = schedule;
        this.folder = folder;
        observer = new Observer(schedule, "simulated");
        zookeeper = new SimulatedZooKeeper(schedule, "simulated", observer::committed);
        network = new Network<>(schedule);
        clients = new Machine("clients", schedule);
        clientLoop = clients.loop("loop");
        for (int id = 0; id < brokers; id++) {
            seats.add(new Seat(id));
        }
        seats.forEach(this::start);
    }

    Schedule schedule() {
        return schedule;
    }

    Observer observer() {
        return observer;
    }

    SimulatedZooKeeper zookeeper() {
        return zookeeper;
    }

    Network<SimulatedBroker> network() {
        return network;
    }

    StepLoop clientLoop() {
        return clientLoop;
    }

    List<Seat> seats() {
        return seats;
    }

    Seat anySeat() {
        return seats.get(schedule.random().nextInt(seats.size()));
    }

    /** A broker that serves; null if none does. */
    SimulatedBroker anyBroker() {
        var serving = seats.stream().filter(seat -> seat.isUp() && seat.broker.isServing()).toList();
        return serving.isEmpty() ? null : serving.get(schedule.random().nextInt(serving.size())).broker;
    }

    /** Runs one step, and looks at what it did. */
    boolean step() {
        if (!schedule.step()) {
            return false;
        }
        var machine = schedule.lastMachine();
        for (var seat : seats) {
            if (seat.isUp() && seat.broker.machine() == machine) {
                try {
                    observer.look(seat.broker);
                    checkLease(seat.broker);
                } catch (RuntimeException e) {
                    schedule.fail(e);
                }
                return schedule.failure() == null;
            }
        }
        return true;
    }

    /** Who serves clients cannot have been replaced without its knowledge: its session is not over. */
    private void checkLease(SimulatedBroker broker) {
        if (broker.mayServe() && zookeeper.isOver(broker.machine())) {
            throw new Violation("lease", "broker " + broker.id() + " serves clients without a session");
        }
    }

    void start(Seat seat) {
        if (seat.isUp()) {
            return;
        }
        int life = seat.incarnations.size();
        schedule.note("broker " + seat.id + " starts" + (seat.intactEpoch < 0 ? "" : ", intact"));
        var machine = new Machine("broker " + seat.id + "." + life, schedule);
        var own = Uuid.random(schedule.random());
        var incarnation = new Incarnation(own, List.copyOf(seat.incarnations));
        seat.incarnations.add(own);
        seat.disk.repair();
        seat.isDraining = false;
        observer.restarted(seat.id);
        try {
            var data = folder.resolve("broker-" + seat.id);
            Files.createDirectories(data);
            seat.disk.machine(machine);
            var outside = new SimulatedBroker.Outside(zookeeper, peers(seat.id),
                    controllers(seat.id, machine), data,
                    seat.disk, failure -> onFatal(seat, machine, failure));
            seat.broker = new SimulatedBroker(machine, outside, settings(seat.id), incarnation,
                    seat.intactEpoch);
            network.open(seat.id, machine, seat.broker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Settings settings(int id) {
        return Settings.parse(BrokerSettings.CATALOG, Map.of("broker.id", Integer.toString(id),
                "replica.lag.time.max.ms", "1500", "replica.fetch.backoff.ms", "100",
                "replica.fetch.wait.max.ms",
                "400", "controller.snapshot.entries", "10"));
    }

    /** A process that cannot go on ends; for a reason other than its disk that is a fault of the program. */
    private void onFatal(Seat seat, Machine machine, Throwable failure) {
        if (machine.isDown()) {
            return;
        }
        if (!seat.disk.isBroken()) {
            schedule.fail(new Violation("fatal", "broker " + seat.id + ": " + failure));
        }
        schedule.after(0, "faults", () -> {
            if (seat.isUp() && seat.broker.machine() == machine) {
                crash(seat, false);
                schedule.afterMs(300, "faults", () -> start(seat));
            }
        });
    }

    void crash(Seat seat, boolean losesPower) {
        if (!seat.isUp()) {
            return;
        }
        schedule.note("broker " + seat.id + (losesPower ? " loses power" : " is killed"));
        long epoch = seat.broker.cluster().registrar().epoch();
        if (losesPower) {
            seat.intactEpoch = -1;
            observer.lostPower(seat.id);
        } else if (seat.broker.isServing() && epoch >= 0) {
            seat.intactEpoch = epoch;
        }
        var machine = seat.broker.machine();
        seat.broker.crash(losesPower, schedule.random());
        seat.broker = null;
        zookeeper.silence(machine);
        network.reset(seat.id);
    }

    private Peers peers(int from) {
        return new Peers() {
            @Override
            public void fetch(int brokerId, EventExecutor loop, RequestBody request, Reply reply) {
                var body = Unpooled.buffer();
                request.write(body, FETCH_VERSION);
                network.<ByteBuf>call(new Network.Caller(from, (StepLoop) loop, "fetch"), brokerId,
                        FETCH_TIMEOUT_MS,
                        (broker, answer) -> broker.request(ApiKey.FETCH, FETCH_VERSION, body,
                                answer),
                        (answer, failure) -> {
                            if (failure == null) {
                                reply.onAnswer(answer, FETCH_VERSION);
                            } else {
                                reply.onFailure(failure);
                            }
                        });
            }
        };
    }

    private RemoteController controllers(int from, Machine machine) {
        var loop = machine.loop("control");
        return new RemoteController() {
            @Override
            public <R extends ApiMessage> CompletableFuture<Forwarded<R>> forward(int brokerId,
                    ApiRequest<R> request) {
                var future = new CompletableFuture<Forwarded<R>>();
                network.<Consumer<CompletableFuture<Forwarded<R>>>>call(
                        new Network.Caller(from, loop, "control"), brokerId, CONTROL_TIMEOUT_MS,
                        (broker, answer) -> decide(broker, request, answer), (answer, failure) -> {
                            if (failure == null) {
                                answer.accept(future);
                            } else {
                                future.completeExceptionally(new ConnectException(failure));
                            }
                        });
                return future;
            }
        };
    }

    private static <R extends ApiMessage> void decide(SimulatedBroker broker, ApiRequest<R> request,
            Consumer<Consumer<CompletableFuture<RemoteController.Forwarded<R>>>> answer) {
        if (broker.isServing()) {
            broker.localController().decide(request).whenComplete((response, failure) -> {
                long version = broker.image().version();
                answer.accept(future -> {
                    if (failure == null) {
                        future.complete(new RemoteController.Forwarded<>(version, response));
                    } else {
                        future.completeExceptionally(failure);
                    }
                });
            });
        }
    }

    /** Ends all processes, to free what they hold. */
    void close() {
        seats.forEach(seat -> crash(seat, false));
    }
}
