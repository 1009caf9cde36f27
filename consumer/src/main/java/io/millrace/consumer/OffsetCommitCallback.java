package io.millrace.consumer;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.Map;

/** Is told once what became of a commit, by the thread that uses the consumer, in a later poll, commit or close. */
@FunctionalInterface
public interface OffsetCommitCallback {

    /** The failure is null if all offsets are committed, else an ApiException with the protocol's error code. */
    void onComplete(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure);
}
