package io.millrace.broker.server;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.coordinator.group.LedPartition;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.partition.LeadershipListener;
import io.millrace.broker.partition.Partition;
import java.time.InstantSource;

/** Leading a partition of the offsets topic makes this broker the coordinator of its groups. */
record OffsetsLeadership(GroupCoordinators groups, InstantSource clock,
        FailedReplicas failures) implements LeadershipListener {

    @Override
    public void leads(Partition partition) {
        if (partition.topic().equals(TopicImage.CONSUMER_OFFSETS)) {
            groups.onLeader(partition.index(), new LedPartition(partition, clock));
        }
    }

    @Override
    public void resigns(Partition partition) {
        if (partition.topic().equals(TopicImage.CONSUMER_OFFSETS)) {
            groups.onResign(partition.index());
        }
    }

    @Override
    public void failed(Partition partition) {
        failures.add(partition);
    }
}
