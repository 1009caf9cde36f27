package io.millrace.broker.partition;

/** Told when this broker starts or stops leading a partition; called on the partition's owner. */
public interface LeadershipListener {
    void leads(Partition partition);

    void resigns(Partition partition);
}
