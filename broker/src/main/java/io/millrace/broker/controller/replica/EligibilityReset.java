package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.MetadataRecord.ConfigChanged;
import io.millrace.broker.metadata.TopicImage;
import java.util.List;

/**
 * Takes eligibility back when min.insync.replicas changes: a replica was eligible because nothing was committed without
 * it under the old bound, which says nothing about the new one. Without an ISR nothing is committed at all, and who is
 * eligible stays so. Pure.
 */
public final class EligibilityReset {

    private EligibilityReset() {}

    /** What must follow these records, in the same entry. */
    public static List<MetadataRecord> after(DecisionContext context, List<MetadataRecord> records) {
        var changed = new ChangedPartitions();
        for (var record : records) {
            if (record instanceof ConfigChanged config
                    && config.name().equals(TopicSettings.MIN_INSYNC_REPLICAS.name())) {
                if (config.resourceType() == ConfigResource.Type.TOPIC.code()) {
                    reset(context.image().topic(config.resourceName()), changed);
                } else {
                    context.image().topics().forEach(topic -> reset(topic, changed));
                }
            }
        }
        return changed.records();
    }

    private static void reset(TopicImage topic, ChangedPartitions changed) {
        if (topic == null) {
            return;
        }
        for (var partition : topic.partitions()) {
            boolean mayCommit = !partition.isr().isEmpty();
            if (mayCommit && (!partition.elr().isEmpty() || !partition.lastKnownElr().isEmpty())) {
                changed.put(topic, partition.edit().elr(List.of()).lastKnownElr(List.of())
                        .build(partition.leaderEpoch(), partition.partitionEpoch() + 1));
            }
        }
    }
}
