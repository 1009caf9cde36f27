package io.millrace.broker.partition;

/** Told when this broker starts or stops leading a partition; called on the partition's owner. */
public interface LeadershipListener {
    void leads(Partition partition);

    void resigns(Partition partition);

    /** The log of a partition cannot be used, for its disk or its content, whoever leads it. */
    default void failed(Partition partition) {}
}
