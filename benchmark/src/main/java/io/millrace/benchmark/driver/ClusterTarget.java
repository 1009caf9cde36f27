package io.millrace.benchmark.driver;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** A system whose brokers 1 to n form a cluster, each at a place of its own. Stateless. */
public interface ClusterTarget {
    String name();

    /** What is done once before the first start; answers the processes that run beside the brokers. */
    List<RunningBroker> prepare(List<Place> places);

    /** Starts the process of broker 1, 2, ... and returns at once. */
    RunningBroker start(List<Place> places, int broker);

    /** The broker that decides for the cluster at the moment, or -1. */
    int controller(Admin admin);
}
