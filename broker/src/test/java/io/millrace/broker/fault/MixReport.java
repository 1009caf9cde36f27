package io.millrace.broker.fault;

import io.millrace.broker.history.Anomaly;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What came of a mix. Immutable. */
record MixReport(long seed, long acknowledged, long held, Map<String, Integer> faults, double faultsAtOnce,
        Map<String, Integer> errors, List<Anomaly> anomalies, List<String> replicaDifferences,
        List<String> problems, Duration longestUnavailable) {

    boolean isClean() {
        return anomalies.isEmpty() && replicaDifferences.isEmpty() && problems.isEmpty();
    }

    int faultCount() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }

    String summary() {
        return ("seed %d: %d acknowledged, %d held, %d faults (%.1f at once) %s, failed sends %s, %d anomalies,"
                + " %d replica differences, %d problems, unavailable %d ms after the last fault")
                .formatted(seed, acknowledged, held, faultCount(), faultsAtOnce, faults, errors,
                        anomalies.size(), replicaDifferences.size(), problems.size(),
                        longestUnavailable.toMillis());
    }
}
