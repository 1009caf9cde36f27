package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Appends one Produce response to a buffer, topic by topic in the order of the request. Reused; owned by one
 * connection. What the version cannot carry is left out.
 */
public final class ProduceResponseWriter {
    static final int FIRST_VERSION_WITH_START_OFFSET = 5;
    static final int FIRST_VERSION_WITH_RECORD_ERRORS = 8;
    static final int FIRST_VERSION_WITH_LEADER = 10;

    private final FieldWriter writer = new FieldWriter();
    private final TopicWriter topics = new TopicWriter(writer);
    private int version;

    /** Begins a response with so many topics. */
    public void begin(ByteBuf out, int version, int topicCount) {
        this.version = version;
        writer.wrap(out, ApiKey.PRODUCE.isFlexible(version));
        topics.begin(version >= ProduceRequestCursor.FIRST_VERSION_WITH_TOPIC_IDS, topicCount);
    }

    /** Begins a topic with so many partitions; from version 13 on only the id is sent, before only the name. */
    public void topic(String name, Uuid topicId, int partitionCount) {
        topics.topic(name, topicId, partitionCount);
    }

    public void partition(ProducedPartition answer) {
        writer.int32(answer.partition());
        writer.int16(answer.errorCode().code());
        writer.int64(answer.baseOffset());
        writer.int64(answer.logAppendTimeMs());
        if (version >= FIRST_VERSION_WITH_START_OFFSET) {
            writer.int64(answer.logStartOffset());
        }
        var failure = answer.failure();
        if (version >= FIRST_VERSION_WITH_RECORD_ERRORS) {
            recordErrors(failure == null ? List.of() : failure.recordErrors());
            writer.nullableText(failure == null ? null : failure.message());
        }
        var leader = failure == null || version < FIRST_VERSION_WITH_LEADER ? null : failure.currentLeader();
        writer.tagCount(leader == null ? 0 : 1);
        if (leader != null) {
            leader.write(writer, 0);
        }
    }

    /** Ends the response; the endpoints are those of the current leaders that it names. */
    public void end(int throttleTimeMs, List<NodeEndpoint> endpoints) {
        topics.end();
        writer.int32(throttleTimeMs);
        NodeEndpoint.writeTagged(writer, version < FIRST_VERSION_WITH_LEADER ? List.of() : endpoints);
    }

    private void recordErrors(List<ProducedPartition.RecordError> errors) {
        writer.count(errors.size());
        for (var error : errors) {
            writer.int32(error.batchIndex());
            writer.nullableText(error.message());
            writer.noTags();
        }
    }
}
