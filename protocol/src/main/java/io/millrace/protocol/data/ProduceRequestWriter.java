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
    private GatherBuffer out;
    private int version;
    private boolean insideTopic;

    /** Begins a request with so many topics; the transactional id may be null. */
    public void begin(
            GatherBuffer out, int version, String transactionalId, short acks, int timeoutMs,
            int topicCount) {
        this.out = out;
        this.version = version;
        writer.wrap(out.fixed(), ApiKey.PRODUCE.isFlexible(version));
        writer.nullableText(transactionalId);
        writer.int16(acks);
        writer.int32(timeoutMs);
        writer.count(topicCount);
        insideTopic = false;
    }

    /** Begins a topic with so many partitions; from version 13 on only the id is sent, before only the name. */
    public void topic(String name, Uuid topicId, int partitionCount) {
        leaveTopic();
        insideTopic = true;
        if (version >= ProduceRequestCursor.FIRST_VERSION_WITH_TOPIC_IDS) {
            writer.uuid(topicId);
        } else {
            writer.text(name);
        }
        writer.count(partitionCount);
    }

    /** Takes over the reference of the records. */
    public void partition(int partition, ByteBuf records) {
        writer.int32(partition);
        writer.count(records.readableBytes());
        out.append(records);
        writer.noTags();
    }

    public void end() {
        leaveTopic();
        writer.noTags();
    }

    private void leaveTopic() {
        if (insideTopic) {
            writer.noTags();
            insideTopic = false;
        }
    }
}
