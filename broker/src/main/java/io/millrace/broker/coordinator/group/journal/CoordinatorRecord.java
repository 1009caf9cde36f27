package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A record of {@code __consumer_offsets}, decoded. Keys and values begin with their version; the key's also says what
 * the record is:
 *
 * <pre>
 * key    | version 2: 0-1 offset, 2 group | fields of OffsetCommitKey or GroupMetadataKey   |
 * value  | version 2: 0-4                 | fields of OffsetCommitValue or GroupMetadataValue |   absent: tombstone
 * </pre>
 */
public sealed interface CoordinatorRecord {
    int OFFSET_KEY_VERSION = 1;
    int OFFSET_VALUE_VERSION = 4;
    int OFFSET_VALUE_HIGHEST = 4;
    int OFFSET_VALUE_VERSION_WITH_EXPIRY = 1;
    int GROUP_KEY_VERSION = 2;
    int GROUP_VALUE_VERSION = 3;
    int GROUP_VALUE_HIGHEST = 4;

    /** An offset was committed, or forgotten if the value is null. */
    record OffsetCommit(OffsetCommitKey key, OffsetCommitValue value) implements CoordinatorRecord {
        @Override
        public LogRecord encode() {
            var keyBytes = prefixed(OffsetCommitKey.class, OFFSET_KEY_VERSION, key);
            if (value == null) {
                return new LogRecord(keyBytes, null);
            }
            int version = value.expireTimestamp() == OffsetCommitValue.NO_EXPIRY
                    ? OFFSET_VALUE_VERSION
                    : OFFSET_VALUE_VERSION_WITH_EXPIRY;
            return new LogRecord(keyBytes, prefixed(OffsetCommitValue.class, version, value));
        }
    }

    /** A group has a new generation, or is gone if the value is null. */
    record GroupMetadata(GroupMetadataKey key, GroupMetadataValue value) implements CoordinatorRecord {
        @Override
        public LogRecord encode() {
            return new LogRecord(prefixed(GroupMetadataKey.class, GROUP_KEY_VERSION, key),
                    value == null ? null : prefixed(GroupMetadataValue.class, GROUP_VALUE_VERSION, value));
        }
    }

    /** A record of a kind that is not served here, such as one of a KIP-848 group. */
    record Foreign(int keyVersion) implements CoordinatorRecord {
        @Override
        public LogRecord encode() {
            throw new IllegalStateException("not ours to write");
        }
    }

    LogRecord encode();

    /** Decodes a record; a null value is a tombstone. Throws {@link MalformedMessageException}. */
    static CoordinatorRecord decode(ByteBuf key, ByteBuf value) {
        int keyVersion = readVersion(key);
        return switch (keyVersion) {
            case 0, OFFSET_KEY_VERSION -> new OffsetCommit(
                    Codec.of(OffsetCommitKey.class, keyVersion).read(key),
                    readValue(OffsetCommitValue.class, OFFSET_VALUE_HIGHEST, value));
            case GROUP_KEY_VERSION -> new GroupMetadata(
                    Codec.of(GroupMetadataKey.class, keyVersion).read(key),
                    readValue(GroupMetadataValue.class, GROUP_VALUE_HIGHEST, value));
            default -> new Foreign(keyVersion);
        };
    }

    private static <T> T readValue(Class<T> type, int highestVersion, ByteBuf value) {
        if (value == null) {
            return null;
        }
        int version = readVersion(value);
        if (version < 0 || version > highestVersion) {
            throw new MalformedMessageException(type.getSimpleName() + " has no version " + version);
        }
        return Codec.of(type, version).read(value);
    }

    private static int readVersion(ByteBuf in) {
        if (in.readableBytes() < Short.BYTES) {
            throw new MalformedMessageException(
                    "a record of " + in.readableBytes() + " bytes has no version");
        }
        return in.readShort();
    }

    private static <T> Bytes prefixed(Class<T> type, int version, T fields) {
        var out = Unpooled.buffer();
        out.writeShort(version);
        Codec.of(type, version).write(fields, out);
        return Bytes.read(out, out.readableBytes());
    }
}
