package io.millrace.broker.history;

import io.millrace.broker.history.Anomaly.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Finds the anomalies of a history. Pure. */
public final class HistoryChecker {
    private HistoryChecker() {}

    public static List<Anomaly> check(Collection<Operation> operations) {
        var anomalies = new ArrayList<Anomaly>();
        for (var log : LogHistory.byLog(operations)) {
            BiConsumer<Kind, String> found = (kind, detail) -> anomalies
                    .add(new Anomaly(kind, log.log(), detail));
            new PlacementCheck(log, found).run();
            new OrderCheck(log, found).run();
            new WatermarkCheck(log, found).run();
            new CommitCheck(log, found).run();
        }
        return anomalies;
    }
}
