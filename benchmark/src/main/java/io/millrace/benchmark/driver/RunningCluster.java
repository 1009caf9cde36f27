package io.millrace.benchmark.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The processes of a cluster, brokers 1 to n and what they need beside them. Owned by the thread that started it. */
public final class RunningCluster implements AutoCloseable {
    private final ClusterTarget target;
    private final List<Place> places;
    private final List<RunningBroker> beside;
    private final TreeMap<Integer, RunningBroker> brokers = new TreeMap<>();

    private RunningCluster(ClusterTarget target, List<Place> places) {
        this.target = target;
        this.places = places;
        this.beside = target.prepare(places);
    }

    /** Starts them on fresh places and returns at once. */
    public static RunningCluster start(ClusterTarget target, int brokers) throws IOException {
        var places = new ArrayList<Place>();
        for (int broker = 1; broker <= brokers; broker++) {
            places.add(Place.fresh());
        }
        var cluster = new RunningCluster(target, List.copyOf(places));
        for (int broker = 1; broker <= brokers; broker++) {
            cluster.startBroker(broker);
        }
        return cluster;
    }

    /** Starts a broker, for the first time or again on what it left. */
    public void startBroker(int id) {
        brokers.put(id, target.start(places, id));
    }

    public RunningBroker broker(int id) {
        return brokers.get(id);
    }

    public List<Integer> ids() {
        return List.copyOf(brokers.keySet());
    }

    public String bootstrap() {
        return brokers.values().stream().map(RunningBroker::bootstrap).collect(Collectors.joining(","));
    }

    public ClusterTarget target() {
        return target;
    }

    /** Ends all at once and removes what they left. */
    @Override
    public void close() throws IOException {
        brokers.values().forEach(RunningBroker::kill);
        beside.forEach(RunningBroker::kill);
        for (var place : places) {
            place.delete();
        }
    }
}
