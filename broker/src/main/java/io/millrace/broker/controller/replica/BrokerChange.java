package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what follows when brokers come, go, restart, or are about to stop. Who is gone or restarted leaves every ISR;
 * who is about to stop leaves those that have another member. Pure.
 */
public final class BrokerChange {
    private final Set<Integer> restarted = new HashSet<>();
    private final Set<Integer> lossy = new HashSet<>();

    private BrokerChange() {}

    /** {@code registered} is the complete list; registrations that the image knows to be over do not count. */
    public static List<MetadataRecord> decide(DecisionContext context,
            List<BrokerRegistration> registered) {
        var live = new HashMap<Integer, BrokerRegistration>();
        for (var broker : registered) {
            if (!context.image().hasDeparted(broker.id(), broker.epoch())) {
                live.put(broker.id(), broker);
            }
        }
        var change = new BrokerChange();
        var records = new ArrayList<MetadataRecord>();
        for (var broker : context.image().brokers().values()) {
            if (!live.containsKey(broker.id())) {
                records.add(new MetadataRecord.BrokerLeft(broker.id(), broker.epoch()));
            }
        }
        for (var broker : live.values()) {
            var before = context.image().broker(broker.id());
            if (!broker.equals(before)) {
                records.add(new MetadataRecord.BrokerJoined(broker));
                change.note(before, broker);
            }
        }
        if (!records.isEmpty()) {
            records.addAll(change.ofPartitions(context.after(records)));
        }
        return records;
    }

    /** Fences the reported registration if enough brokers have reported it. */
    public static Decision<ReportUnreachable.Response> decide(DecisionContext context,
            ReportUnreachable.Request report) {
        var reporter = context.image().broker(report.reporterId());
        if (reporter == null || reporter.epoch() != report.reporterEpoch()) {
            return Decision.unchanged(new ReportUnreachable.Response(ErrorCode.STALE_BROKER_EPOCH));
        }
        boolean isDead = context.suspects().convict(report.brokerId(), report.brokerEpoch(),
                context.image());
        return new Decision<>(isDead
                ? fence(context, report.brokerId(), report.brokerEpoch())
                : List.of(), new ReportUnreachable.Response(ErrorCode.NONE));
    }

    /** What follows when one registration is found to be dead, before ZooKeeper says so. */
    public static List<MetadataRecord> fence(DecisionContext context, int brokerId, long brokerEpoch) {
        var broker = context.image().broker(brokerId);
        if (broker == null || broker.epoch() != brokerEpoch) {
            return List.of();
        }
        var others = new ArrayList<>(context.image().brokers().values());
        others.remove(broker);
        return decide(context, others);
    }

    private void note(BrokerRegistration before, BrokerRegistration now) {
        boolean isSameProcess = before != null && before.incarnation().equals(now.incarnation());
        if (before != null && !isSameProcess) {
            restarted.add(now.id());
        }
        if (!isSameProcess && now.mayHaveLostRecords()) {
            lossy.add(now.id());
        }
    }

    private List<MetadataRecord> ofPartitions(DecisionContext context) {
        var liveness = Liveness.in(context);
        var changed = new ChangedPartitions();
        for (var topic : context.image().topics()) {
            var rules = TopicRules.of(context, topic.name());
            for (var partition : topic.partitions()) {
                changed.put(topic, next(partition, liveness, rules));
            }
        }
        return changed.records();
    }

    private PartitionImage next(PartitionImage partition, Liveness liveness, TopicRules rules) {
        var running = partition.isr().stream()
                .filter(id -> liveness.lives(id) && !restarted.contains(id)).toList();
        var staying = running.stream().filter(liveness::stays).toList();
        return new PartitionChange(partition, liveness, rules).restarted(restarted, lossy)
                .isr(staying.isEmpty() ? running : staying).build();
    }
}
