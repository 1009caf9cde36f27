package io.millrace.protocol.data;

import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.millrace.protocol.data.FetchedPartition.Redirect;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * A Fetch response as its client reads it. The records are slices of the frame that hold no reference of their own:
 * whoever uses them keeps the frame.
 */
public record FetchResponse(FetchHead head, List<Topic> topics, List<NodeEndpoint> endpoints) {
    private static final int MIN_TOPIC_BYTES = 3;
    private static final int MIN_PARTITION_BYTES = 24;
    private static final int ABORTED_TRANSACTION_BYTES = 2 * Long.BYTES;

    /** The name is null from version 13 on, the id zero before. */
    public record Topic(String name, Uuid topicId, List<FetchedPartition> partitions) {}

    /** Reads the response that fills the rest of the frame; {@link io.millrace.protocol.wire.MalformedMessageException}. */
    public static FetchResponse read(ByteBuf frame, int version) {
        var reader = new FieldReader();
        reader.wrap(frame, ApiKey.FETCH.isFlexible(version));
        boolean sessions = version >= FetchVersions.SESSIONS;
        int throttleTimeMs = reader.int32();
        var errorCode = sessions ? ErrorCode.of(reader.int16()) : ErrorCode.NONE;
        var head = new FetchHead(throttleTimeMs, errorCode, sessions ? reader.int32() : 0);
        var topics = new ArrayList<Topic>();
        for (int left = reader.count(MIN_TOPIC_BYTES); left > 0; left--) {
            boolean byId = version >= FetchVersions.TOPIC_IDS;
            String name = byId ? null : reader.text();
            var id = byId ? reader.uuid() : Uuid.ZERO;
            var partitions = new ArrayList<FetchedPartition>();
            for (int i = reader.count(MIN_PARTITION_BYTES); i > 0; i--) {
                partitions.add(readPartition(reader, frame, version));
            }
            reader.skipTags();
            topics.add(new Topic(name, id, partitions));
        }
        var endpoints = NodeEndpoint.readTagged(reader);
        reader.requireEnd();
        return new FetchResponse(head, topics, endpoints);
    }

    private static FetchedPartition readPartition(FieldReader reader, ByteBuf frame, int version) {
        int partition = reader.int32();
        var errorCode = ErrorCode.of(reader.int16());
        long highWatermark = reader.int64();
        long lastStableOffset = reader.int64();
        long logStartOffset = version >= FetchVersions.LOG_START_OFFSET ? reader.int64() : -1;
        var aborted = readAborted(reader);
        int replica = version >= FetchVersions.RACK_ID ? reader.int32() : Redirect.NO_REPLICA;
        int length = Math.max(0, reader.bytesLength());
        var records = length == 0 ? Unpooled.EMPTY_BUFFER : frame.slice(reader.position(), length);
        reader.skip(length);
        var redirect = readRedirect(reader, replica);
        return new FetchedPartition(
                partition, errorCode, highWatermark, lastStableOffset, logStartOffset, aborted, redirect,
                records);
    }

    private static List<AbortedTransaction> readAborted(FieldReader reader) {
        int count = reader.nullableCount(ABORTED_TRANSACTION_BYTES);
        if (count < 0) {
            return null;
        }
        var aborted = new ArrayList<AbortedTransaction>();
        for (int i = 0; i < count; i++) {
            aborted.add(new AbortedTransaction(reader.int64(), reader.int64()));
            reader.skipTags();
        }
        return aborted;
    }

    private static Redirect readRedirect(FieldReader reader, int replica) {
        EpochEndOffset diverging = null;
        CurrentLeader leader = null;
        for (int left = reader.tagCount(); left > 0; left--) {
            int tag = reader.beginTag();
            if (tag == FetchResponseWriter.DIVERGING_EPOCH_TAG) {
                diverging = EpochEndOffset.read(reader);
            } else if (tag == FetchResponseWriter.CURRENT_LEADER_TAG) {
                leader = CurrentLeader.read(reader);
            }
            reader.endTag();
        }
        boolean nowhere = replica == Redirect.NO_REPLICA && diverging == null && leader == null;
        return nowhere ? null : new Redirect(replica, diverging, leader);
    }
}
