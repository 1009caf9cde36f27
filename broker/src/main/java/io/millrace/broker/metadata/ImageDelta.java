package io.millrace.broker.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What differs between two images. Computed from the images alone, so it is the same whether a broker arrived by
 * single entries or by a snapshot; costs in proportion to what changed.
 */
public record ImageDelta(
        ClusterImage before,
        ClusterImage after,
        List<TopicImage> createdTopics,
        List<TopicImage> deletedTopics,
        List<TopicChange> changedTopics,
        Set<Integer> changedBrokers,
        Set<ConfigResource> changedConfigs) {

    /** A topic of one id before and after; partitions after the old count are new. */
    public record TopicChange(TopicImage before, TopicImage after) {

        /** The partitions that are new or differ, as they are now. */
        public List<PartitionImage> changedPartitions() {
            var changed = new ArrayList<PartitionImage>();
            for (var partition : after.partitions()) {
                if (!partition.equals(before.partition(partition.index()))) {
                    changed.add(partition);
                }
            }
            return changed;
        }
    }

    public static ImageDelta between(ClusterImage before, ClusterImage after) {
        var created = new ArrayList<TopicImage>();
        var deleted = new ArrayList<TopicImage>();
        var changed = new ArrayList<TopicChange>();
        before.topicsById().forEachDifference(after.topicsById(), (id, old, now) -> {
            if (old == null) {
                created.add(now);
            } else if (now == null) {
                deleted.add(old);
            } else if (!now.equals(old)) {
                changed.add(new TopicChange(old, now));
            }
        });
        var configs = new HashSet<ConfigResource>();
        before.configsByResource().forEachDifference(after.configsByResource(), (resource, old, now) -> {
            if (old == null || !old.equals(now)) {
                configs.add(resource);
            }
        });
        return new ImageDelta(before, after, created, deleted, changed, changedBrokers(before, after),
                configs);
    }

    private static Set<Integer> changedBrokers(ClusterImage before, ClusterImage after) {
        var ids = new HashSet<Integer>();
        if (before.brokers() != after.brokers()) {
            ids.addAll(before.brokers().keySet());
            ids.addAll(after.brokers().keySet());
            ids.removeIf(id -> before.broker(id) != null && before.broker(id).equals(after.broker(id)));
        }
        return ids;
    }

    public boolean hasNewController() {
        return before.controllerEpoch() != after.controllerEpoch();
    }
}
