package io.millrace.broker.tool;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.GroupMetadataValue;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.ConsumerProtocolAssignment;
import io.millrace.protocol.message.group.ConsumerProtocolSubscription;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;

/** Reads records of {@code __consumer_offsets}; a consumer's subscription and assignment are opened as well. */
final class OffsetsDecoder implements RecordDecoder {
    private static final String CONSUMER_PROTOCOL = "consumer";
    private static final int NEWEST_CONSUMER_PROTOCOL = 3;

    @Override
    public Decoded decode(ByteBuf key, ByteBuf value) {
        if (key == null || key.readableBytes() < Short.BYTES) {
            return new Decoded("a record without a version", null);
        }
        int keyVersion = key.getShort(key.readerIndex());
        int valueVersion = value == null || value.readableBytes() < Short.BYTES
                ? -1
                : value.getShort(value.readerIndex());
        try {
            var record = CoordinatorRecord.decode(key.duplicate(), value == null ? null : value.duplicate());
            if (record instanceof CoordinatorRecord.OffsetCommit commit) {
                return new Decoded(MessageTree.typed("type", keyVersion, commit.key()),
                        commit.value() == null ? null
                                : MessageTree.typed("version", valueVersion, commit.value()));
            }
            if (record instanceof CoordinatorRecord.GroupMetadata group) {
                return new Decoded(MessageTree.typed("type", keyVersion, group.key()),
                        group.value() == null ? null : shown(group.value(), valueVersion));
            }
            return new Decoded("unknown record type " + keyVersion + ": " + ByteBufUtil.hexDump(key), null);
        } catch (MalformedMessageException e) {
            return new Decoded("a record that cannot be read (" + e.getMessage() + "): "
                    + ByteBufUtil.hexDump(key), null);
        }
    }

    private static Map<String, Object> shown(GroupMetadataValue group, int version) {
        var tree = MessageTree.typed("version", version, group);
        if (CONSUMER_PROTOCOL.equals(group.protocolType())) {
            @SuppressWarnings("unchecked") var data = (Map<String, Object>) tree.get("data");
            data.put("members", group.members().stream().map(member -> shown(member, version)).toList());
        }
        return tree;
    }

    private static Map<String, Object> shown(GroupMetadataValue.Member member, int version) {
        var tree = MessageTree.of(member, version);
        tree.put("subscription", opened(ConsumerProtocolSubscription.class, member.subscription()));
        tree.put("assignment", opened(ConsumerProtocolAssignment.class, member.assignment()));
        return tree;
    }

    /** The message, or its bytes if it is none: a group's members may put in what they like. */
    private static <T extends Record> Object opened(Class<T> type, Bytes bytes) {
        var in = bytes.asByteBuf();
        if (in.readableBytes() < Short.BYTES) {
            return List.of();
        }
        int version = Math.min(in.readShort(), NEWEST_CONSUMER_PROTOCOL);
        try {
            return MessageTree.of(Codec.of(type, version).read(in), version);
        } catch (MalformedMessageException | IllegalArgumentException e) {
            return bytes.toArray();
        }
    }
}
