package io.millrace.broker.partition.watch;

import java.util.ArrayList;
import java.util.List;

/** Who waits for data of one partition. Owned by the partition's owner. */
public final class Watches {
    private final List<DataWatch> committed = new ArrayList<>(0);
    private final List<DataWatch> appended = new ArrayList<>(0);
    private final List<Observer> observers = new ArrayList<>(0);
    private long uncommittedBytes;

    /** Tells it once when records are committed. */
    public void awaitCommitted(DataWatch watch) {
        add(committed, watch);
    }

    /** Tells it once when records are appended. */
    public void awaitAppended(DataWatch watch) {
        add(appended, watch);
    }

    private static void add(List<DataWatch> watches, DataWatch watch) {
        watches.removeIf(DataWatch::isDone);
        watches.add(watch);
    }

    /** Tells it of everything until it is over. */
    public void add(Observer observer) {
        observers.removeIf(Observer::isOver);
        observers.add(observer);
    }

    public void grown(long bytes) {
        uncommittedBytes += bytes;
        tell(appended, bytes);
        for (int i = observers.size() - 1; i >= 0; i--) {
            observers.get(i).grown(bytes);
        }
    }

    public void committed() {
        long bytes = Math.max(1, uncommittedBytes);
        uncommittedBytes = 0;
        tell(committed, bytes);
        for (int i = observers.size() - 1; i >= 0; i--) {
            observers.get(i).committed(bytes);
        }
    }

    private static void tell(List<DataWatch> watches, long bytes) {
        for (int i = watches.size() - 1; i >= 0; i--) {
            var watch = watches.get(i);
            watch.added(bytes);
            if (watch.isDone()) {
                watches.remove(i);
            }
        }
    }

    /** What an answer would show has changed otherwise: everybody looks again. */
    public void changed() {
        committed.forEach(DataWatch::fire);
        committed.clear();
        appended.forEach(DataWatch::fire);
        appended.clear();
        observers.removeIf(Observer::isOver);
        observers.forEach(Observer::changed);
    }
}
