package io.millrace.broker.controller.decision;

import io.millrace.broker.metadata.ClusterImage;
import java.util.HashMap;
import java.util.Map;

/**
 * Who has reported which registration as unreachable, and how often, in one controller's term. Immutable. One word is
 * not enough: the controller and a peer must agree, or the controller alone twice where there is no peer.
 */
public record Suspects(Map<Registration, Map<Integer, Integer>> reports) {
    public static final Suspects NONE = new Suspects(Map.of());

    private static final int REPORTS_WITHOUT_PEER = 2;

    /** A broker in one of its registrations. */
    public record Registration(int brokerId, long brokerEpoch) {}

    public Suspects {
        reports = Map.copyOf(reports);
    }

    /** With one more report; what is said about registrations that are over is dropped. */
    public Suspects with(ReportUnreachable.Request report, ClusterImage image) {
        var next = new HashMap<>(reports);
        next.keySet().removeIf(known -> !isLive(known, image));
        var suspect = new Registration(report.brokerId(), report.brokerEpoch());
        var reporter = image.broker(report.reporterId());
        boolean isKnown = reporter != null && reporter.epoch() == report.reporterEpoch()
                && report.reporterId() != report.brokerId();
        if (isKnown && isLive(suspect, image)) {
            var counts = new HashMap<>(next.getOrDefault(suspect, Map.of()));
            counts.merge(report.reporterId(), 1, Integer::sum);
            next.put(suspect, Map.copyOf(counts));
        }
        return new Suspects(next);
    }

    private static boolean isLive(Registration registration, ClusterImage image) {
        var broker = image.broker(registration.brokerId);
        return broker != null && broker.epoch() == registration.brokerEpoch;
    }

    /** Whether enough brokers agree that this registration is dead. */
    public boolean convict(int brokerId, long brokerEpoch, ClusterImage image) {
        var counts = reports.getOrDefault(new Registration(brokerId, brokerEpoch), Map.of());
        int ofController = counts.getOrDefault(image.controllerId(), 0);
        boolean hasPeers = image.brokers().keySet().stream()
                .anyMatch(id -> id != brokerId && id != image.controllerId());
        return hasPeers
                ? ofController > 0 && counts.size() > 1
                : ofController >= REPORTS_WITHOUT_PEER;
    }
}
