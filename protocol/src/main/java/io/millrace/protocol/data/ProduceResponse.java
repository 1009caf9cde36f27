package io.millrace.protocol.data;

import io.millrace.protocol.data.ProducedPartition.Failure;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** A Produce response as its client reads it. */
public record ProduceResponse(List<Topic> topics, int throttleTimeMs, List<NodeEndpoint> endpoints) {
    private static final int MIN_TOPIC_BYTES = 3;
    private static final int MIN_PARTITION_BYTES = 22;
    private static final int MIN_RECORD_ERROR_BYTES = 6;
    private static final int CURRENT_LEADER_TAG = 0;
    private static final long UNKNOWN = -1;

    /** The name is null from version 13 on, the id zero before. */
    public record Topic(String name, Uuid topicId, List<ProducedPartition> partitions) {}

    /** Reads the response that fills the rest of the buffer; {@link io.millrace.protocol.wire.MalformedMessageException}. */
    public static ProduceResponse read(ByteBuf in, int version) {
        var reader = new FieldReader();
        reader.wrap(in, ApiKey.PRODUCE.isFlexible(version));
        var topics = new ArrayList<Topic>();
        for (int left = reader.count(MIN_TOPIC_BYTES); left > 0; left--) {
            boolean byId = version >= ProduceRequestCursor.FIRST_VERSION_WITH_TOPIC_IDS;
            String name = byId ? null : reader.text();
            var id = byId ? reader.uuid() : Uuid.ZERO;
            var partitions = new ArrayList<ProducedPartition>();
            for (int i = reader.count(MIN_PARTITION_BYTES); i > 0; i--) {
                partitions.add(readPartition(reader, version));
            }
            reader.skipTags();
            topics.add(new Topic(name, id, partitions));
        }
        int throttleTimeMs = reader.int32();
        var endpoints = NodeEndpoint.readTagged(reader);
        reader.requireEnd();
        return new ProduceResponse(topics, throttleTimeMs, endpoints);
    }

    private static ProducedPartition readPartition(FieldReader reader, int version) {
        int partition = reader.int32();
        var errorCode = ErrorCode.of(reader.int16());
        long baseOffset = reader.int64();
        long logAppendTimeMs = reader.int64();
        long logStartOffset = version >= ProduceResponseWriter.FIRST_VERSION_WITH_START_OFFSET
                ? reader.int64()
                : UNKNOWN;
        var failure = readFailure(reader, version);
        return new ProducedPartition(partition, errorCode, baseOffset, logAppendTimeMs, logStartOffset,
                failure);
    }

    private static Failure readFailure(FieldReader reader, int version) {
        List<ProducedPartition.RecordError> errors = List.of();
        String message = null;
        if (version >= ProduceResponseWriter.FIRST_VERSION_WITH_RECORD_ERRORS) {
            errors = new ArrayList<>();
            for (int left = reader.count(MIN_RECORD_ERROR_BYTES); left > 0; left--) {
                errors.add(new ProducedPartition.RecordError(reader.int32(), reader.nullableText()));
                reader.skipTags();
            }
            message = reader.nullableText();
        }
        CurrentLeader leader = null;
        for (int left = reader.tagCount(); left > 0; left--) {
            if (reader.beginTag() == CURRENT_LEADER_TAG) {
                leader = CurrentLeader.read(reader);
            }
            reader.endTag();
        }
        boolean nothingToSay = errors.isEmpty() && message == null && leader == null;
        return nothingToSay ? null : new Failure(errors, message, leader);
    }
}
