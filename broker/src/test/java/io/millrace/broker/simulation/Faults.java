package io.millrace.broker.simulation;

import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.server.SimulatedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What goes wrong, of a few kinds in each run, until all is healed. Owned by the schedule. */
final class Faults {
    private static final int LONGEST_CUT_MS = 3000;

    private final Cluster cluster;
    private final List<Runnable> kinds = new ArrayList<>();
    private final int meanMs;
    private boolean isOver;

    Faults(Cluster cluster, boolean mayLosePower) {
        this.cluster = cluster;
        meanMs = 100 + chance(600);
        var all = List.<Runnable>of(this::kill, this::kill, this::pause, this::cut, this::isolate,
                this::slowNetwork,
                this::loseMessages, this::breakZooKeeper, this::cutZooKeeper, this::expireSession,
                this::slowDisk,
                this::breakDisk, this::falseAlarm, this::drain, this::killAll);
        for (var kind : all) {
            if (chance(2) == 0) {
                kinds.add(kind);
            }
        }
        if (mayLosePower) {
            kinds.add(this::losePower);
            kinds.add(this::losePower);
        }
        kinds.add(this::kill);
    }

    private int chance(int bound) {
        return cluster.schedule().random().nextInt(bound);
    }

    private void later(long delayMs, Runnable task) {
        cluster.schedule().afterMs(delayMs, "faults", task);
    }

    void start() {
        later(chance(2 * meanMs), this::next);
    }

    private void next() {
        if (!isOver) {
            kinds.get(chance(kinds.size())).run();
            later(chance(2 * meanMs), this::next);
        }
    }

    /** Mends everything, and starts who is down. */
    void heal() {
        isOver = true;
        cluster.schedule().note("all is healed");
        cluster.network().mendAll();
        cluster.zookeeper().partition(null, false);
        for (var seat : cluster.seats()) {
            if (seat.isUp()) {
                seat.broker.machine().resume();
                seat.broker.machine().slowStorage(1);
            }
            if (seat.isUp() && (seat.disk.isBroken() || seat.isDraining)) {
                cluster.crash(seat, false);
            }
            cluster.start(seat);
        }
    }

    private void note(String text) {
        cluster.schedule().note("fault: " + text);
    }

    private void onSeat(Consumer<Cluster.Seat> fault) {
        var seat = cluster.anySeat();
        if (seat.isUp()) {
            fault.accept(seat);
        }
    }

    private void kill() {
        onSeat(this::kill);
    }

    private void kill(Cluster.Seat seat) {
        var broker = seat.broker.image().broker(seat.id);
        cluster.crash(seat, false);
        if (broker != null && chance(2) == 0) {
            later(chance(100), () -> reportDead(seat.id, broker.epoch()));
        }
        later(chance(chance(3) == 0 ? 4000 : 700), () -> cluster.start(seat));
    }

    private void killAll() {
        cluster.seats().forEach(this::killIfUp);
    }

    private void killIfUp(Cluster.Seat seat) {
        if (seat.isUp()) {
            kill(seat);
        }
    }

    /** Nobody listens on the port: all who find out say so, and unseat a dead controller. */
    private void reportDead(int id, long epoch) {
        for (var seat : cluster.seats()) {
            if (seat.isUp() && seat.broker.isServing() && seat.id != id) {
                report(seat.broker, id, epoch);
                if (seat.broker.image().controllerId() == id) {
                    seat.broker.cluster().election().unseat(id, seat.broker.image().controllerEpoch());
                }
            }
        }
    }

    private static void report(SimulatedBroker reporter, int id, long epoch) {
        var own = reporter.image().broker(reporter.id());
        if (own != null) {
            reporter.loop().execute(() -> reporter.controller()
                    .ask(new ReportUnreachable.Request(reporter.id(), own.epoch(), id, epoch)));
        }
    }

    private void falseAlarm() {
        onSeat(seat -> {
            var broker = seat.broker.image().broker(seat.id);
            if (broker != null) {
                note("broker " + seat.id + " is taken for dead");
                reportDead(seat.id, broker.epoch());
            }
        });
    }

    /** Only where the promise covers it: what is committed lies on another replica too, which still knows it. */
    private void losePower() {
        var seat = cluster.anySeat();
        if (seat.isUp() && isCovered(seat.id)) {
            cluster.crash(seat, true);
            later(chance(1500), () -> cluster.start(seat));
        }
    }

    private boolean isCovered(int id) {
        for (var topic : cluster.observer().image().topics()) {
            for (var partition : topic.partitions()) {
                if (partition.hasReplica(id) && !isCovered(partition, id)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isCovered(PartitionImage partition, int id) {
        boolean isElsewhere = false;
        for (int other : partition.replicas()) {
            if (other != id && cluster.observer().isPowerless(other)) {
                return false;
            }
            isElsewhere |= other != id
                    && (partition.isr().contains(other) || partition.elr().contains(other));
        }
        return isElsewhere;
    }

    private void pause() {
        onSeat(seat -> {
            int ms = 50 + chance(chance(3) == 0 ? 5000 : 600);
            note("broker " + seat.id + " is paused for " + ms + " ms");
            seat.broker.machine().pause(ms);
            cluster.zookeeper().silence(seat.broker.machine());
        });
    }

    private void cut() {
        int from = cluster.anySeat().id;
        int to = cluster.anySeat().id;
        if (from != to) {
            boolean isOneWay = chance(2) == 0;
            note((isOneWay ? "one-way cut " : "cut ") + from + " to " + to);
            cut(from, to, 100 + chance(LONGEST_CUT_MS));
            if (!isOneWay) {
                cut(to, from, 100 + chance(LONGEST_CUT_MS));
            }
        }
    }

    private void cut(int from, int to, int ms) {
        cluster.network().cut(from, to);
        later(ms, () -> cluster.network().mend(from, to));
    }

    /** A broker reaches no other, but perhaps ZooKeeper, and its clients reach it. */
    private void isolate() {
        int id = cluster.anySeat().id;
        int ms = 100 + chance(LONGEST_CUT_MS);
        note("broker " + id + " is alone for " + ms + " ms");
        for (var seat : cluster.seats()) {
            if (seat.id != id) {
                cut(id, seat.id, ms);
                cut(seat.id, id, ms);
            }
        }
    }

    private void slowNetwork() {
        note("slow network");
        cluster.network().slow(5 + chance(100));
        later(50 + chance(1000), () -> cluster.network().slow(1));
    }

    private void loseMessages() {
        note("messages are lost");
        cluster.network().loseOneIn(5 + chance(50));
        later(50 + chance(1000), () -> cluster.network().loseOneIn(Integer.MAX_VALUE));
    }

    private void breakZooKeeper() {
        boolean isAll = chance(4) == 0;
        onSeat(seat -> {
            note("the connection to zookeeper breaks, of " + (isAll ? "all" : "broker " + seat.id));
            cluster.zookeeper().breakLinks(isAll ? null : seat.broker.machine());
        });
    }

    private void cutZooKeeper() {
        boolean isAll = chance(4) == 0;
        onSeat(seat -> {
            int ms = 100 + chance(LONGEST_CUT_MS);
            note("no zookeeper for " + ms + " ms, for " + (isAll ? "all" : "broker " + seat.id));
            var machine = isAll ? null : seat.broker.machine();
            cluster.zookeeper().partition(machine, true);
            later(ms, () -> cluster.zookeeper().partition(machine, false));
        });
    }

    private void expireSession() {
        onSeat(seat -> {
            note("the session of broker " + seat.id + " expires");
            cluster.zookeeper().expire(seat.broker.machine());
        });
    }

    private void slowDisk() {
        onSeat(seat -> {
            note("slow disk of broker " + seat.id);
            var machine = seat.broker.machine();
            machine.slowStorage(20 + chance(500));
            later(chance(3000), () -> machine.slowStorage(1));
        });
    }

    private void breakDisk() {
        onSeat(seat -> {
            note("the disk of broker " + seat.id + " breaks");
            seat.disk.breakDown();
        });
    }

    private void drain() {
        onSeat(seat -> {
            if (seat.broker.isServing() && cluster.seats().stream().filter(Cluster.Seat::isUp).count() > 1) {
                note("broker " + seat.id + " is about to stop");
                seat.isDraining = true;
                var machine = seat.broker.machine();
                seat.broker.cluster().registrar().drain();
                later(200 + chance(1300), () -> {
                    if (seat.isUp() && seat.broker.machine() == machine) {
                        cluster.crash(seat, false);
                        later(chance(800), () -> cluster.start(seat));
                    }
                });
            }
        });
    }
}
