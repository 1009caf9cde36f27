package io.millrace.consumer.fetch;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * One Fetch request: what it says of its session, the partitions of which the broker does not know yet where to read,
 * and those that leave the session. Immutable.
 */
public record FetchCall(
        int sessionId,
        int sessionEpoch,
        boolean hasTopicIds,
        List<Entry> entries,
        List<Entry> forgotten,
        Outcome outcome) {

    /** Where to read one partition, and under which leader; the topic's id is zero if it is not known. */
    public record Entry(TopicPartition partition, Uuid topicId, long offset, int leaderEpoch) {}

    /** What comes of a call: one of the two is called, once, on the client's loop. */
    public interface Outcome {

        /** The broker's answer; its records are to be retained if they are kept. */
        void answered(FetchResponse response);

        /** No answer will come. */
        void failed(RuntimeException failure);
    }
}
