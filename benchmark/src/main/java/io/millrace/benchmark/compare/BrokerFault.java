package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.RunningBroker;
import io.millrace.benchmark.report.Comparison.Measurement;

/** What happens to which broker while records are written to a partition. */
enum BrokerFault {
    KILL_LEADER("kill -9 of the leader", true, false, false),
    KILL_CONTROLLER("kill -9 of the controller", false, true, false),
    KILL_BOTH("kill -9 of a broker that is both", true, true, false),
    PAUSE_LEADER("SIGSTOP of the leader", true, false, true);

    private final String title;
    private final boolean isLeader;
    private final boolean isController;
    private final boolean isPause;

    BrokerFault(String title, boolean isLeader, boolean isController, boolean isPause) {
        this.title = title;
        this.isLeader = isLeader;
        this.isController = isController;
        this.isPause = isPause;
    }

    Measurement gap() {
        return new Measurement("longest gap after " + title, "ms", 1);
    }

    boolean hitsController() {
        return isController;
    }

    boolean hitsLeader() {
        return isLeader;
    }

    void strike(RunningBroker broker) {
        if (isPause) {
            broker.pause();
        } else {
            broker.kill();
        }
    }

    boolean isPause() {
        return isPause;
    }
}
