package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;

/**
 * Walks one Produce request in place in its frame. {@link #wrap} checks the whole structure, so the walk that
 * follows cannot fail half-way. Reused; owned by one event loop, which keeps the frame while it walks.
 * <pre>
 * while (request.nextTopic()) { while (request.nextPartition()) { append(request.partition(), request.records()); } }
 * </pre>
 */
public final class ProduceRequestCursor extends TopicCursor {
    static final int FIRST_VERSION_WITH_TOPIC_IDS = 13;

    private static final int MIN_PARTITION_BYTES = 6;

    private ByteBuf frame;
    private String transactionalId;
    private short acks;
    private int timeoutMs;
    private int partition;
    private int recordsPosition;
    private int recordsLength;

    public ProduceRequestCursor() {
        super(MIN_PARTITION_BYTES);
    }

    /**
     * Takes the request that fills the rest of the frame. Throws
     * {@link io.millrace.protocol.wire.MalformedMessageException} unless the whole of it is sound.
     */
    public void wrap(ByteBuf frame, int version) {
        this.frame = frame;
        reader.wrap(frame, ApiKey.PRODUCE.isFlexible(version));
        transactionalId = reader.nullableText();
        acks = reader.int16();
        timeoutMs = reader.int32();
        checkTopics(frame, version >= FIRST_VERSION_WITH_TOPIC_IDS);
        reader.skipTags();
        reader.requireEnd();
        rewind();
    }

    /** The producer's transactional id, or null. */
    public String transactionalId() {
        return transactionalId;
    }

    /** 0: no answer, 1: the leader's append, -1: all in-sync replicas. Not checked here. */
    public short acks() {
        return acks;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    public int partition() {
        return partition;
    }

    /** The partition's records: a slice of the frame, not retained, or null. */
    public ByteBuf records() {
        return recordsLength < 0 ? null : frame.slice(recordsPosition, recordsLength);
    }

    public int recordsSizeBytes() {
        return Math.max(0, recordsLength);
    }

    @Override
    void readPartition() {
        partition = reader.int32();
        recordsLength = reader.bytesLength();
        recordsPosition = reader.position();
        reader.skip(recordsSizeBytes());
        reader.skipTags();
    }
}
