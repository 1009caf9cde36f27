package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;

/**
 * Appends one Produce request to a {@link GatherBuffer}, topic by topic; records go in as slices, without a copy.
 * Reused; owned by one connection.
 */
public final class ProduceRequestWriter {
    private final FieldWriter writer = new FieldWriter();
    private final TopicWriter topics = new TopicWriter(writer);
    private GatherBuffer out;

    /** Begins a request with so many topics; the transactional id may be null. */
    public void begin(
            GatherBuffer out, int version, String transactionalId, short acks, int timeoutMs,
            int topicCount) {
        this.out = out;
        writer.wrap(out.fixed(), ApiKey.PRODUCE.isFlexible(version));
        writer.nullableText(transactionalId);
        writer.int16(acks);
        writer.int32(timeoutMs);
        topics.begin(version >= ProduceRequestCursor.FIRST_VERSION_WITH_TOPIC_IDS, topicCount);
    }

    /** Begins a topic with so many partitions; from version 13 on only the id is sent, before only the name. */
    public void topic(String name, Uuid topicId, int partitionCount) {
        topics.topic(name, topicId, partitionCount);
    }

    /** Takes over the reference of the records. */
    public void partition(int partition, ByteBuf records) {
        writer.int32(partition);
        writer.count(records.readableBytes());
        out.append(records);
        writer.noTags();
    }

    public void end() {
        topics.end();
        writer.noTags();
    }
}
