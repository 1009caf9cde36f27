package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;

/**
 * Reads and writes one message type in one version. Derived from the record's annotations at first use and kept
 * for ever; immutable, shared by all threads. Reading checks every length against the bytes left before it sets
 * memory aside; what many small parts cost together, a {@link DecodeBudget} bounds.
 */
public final class Codec<T> {
    private static final ClassValue<Versions> CODECS = new ClassValue<>() {
        @Override
        protected Versions computeValue(Class<?> type) {
            return new Versions(type);
        }
    };

    private final Class<T> messageClass;
    private final int version;
    private final RecordType recordType;

    private Codec(Class<T> messageClass, int version, RecordType recordType) {
        this.messageClass = messageClass;
        this.version = version;
        this.recordType = recordType;
    }

    /** The codec of a message record; throws {@link IllegalArgumentException} if it has no such version. */
    @SuppressWarnings("unchecked") // every entry of a class's table is a codec of that class
    public static <T> Codec<T> of(Class<T> type, int version) {
        return (Codec<T>) CODECS.get(type).at(version);
    }

    /** Pays now for what the first reading and writing would pay: some milliseconds. Any thread. */
    public void warm() {
        recordType.warm();
    }

    /**
     * Reads one message and leaves what follows it; the caller decides whether trailing bytes are an error.
     * Throws {@link MalformedMessageException}.
     */
    public T read(ByteBuf in) {
        return read(in, DecodeBudget.unlimited());
    }

    /** The same, and refuses a message that would take more memory than the budget has. */
    public T read(ByteBuf in, DecodeBudget budget) {
        try {
            return messageClass.cast(recordType.read(in, budget));
        } catch (MalformedMessageException e) {
            throw new MalformedMessageException(this + ": " + e.getMessage());
        }
    }

    /**
     * Appends one message. Throws {@link IllegalArgumentException}, with nothing written, if a component holds
     * what this version cannot carry.
     */
    public void write(T value, ByteBuf out) {
        int start = out.writerIndex();
        try {
            recordType.write(value, out);
        } catch (IllegalArgumentException e) {
            out.writerIndex(start);
            throw new IllegalArgumentException(this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        var owner = messageClass.getEnclosingClass();
        return (owner == null ? "" : owner.getSimpleName() + ".") + messageClass.getSimpleName() + " v"
                + version;
    }

    /** All versions of one class. A racing first use builds an equal codec twice, which is harmless. */
    private static final class Versions {
        private final Class<?> type;
        private final MessageVersions versions;
        private final Codec<?>[] codecs;

        Versions(Class<?> type) {
            this.type = type;
            versions = MessageVersions.of(type);
            codecs = new Codec<?>[versions.highest() - versions.lowest() + 1];
        }

        Codec<?> at(int version) {
            if (!versions.contains(version)) {
                throw new IllegalArgumentException(type.getName() + " has no version " + version);
            }
            int index = version - versions.lowest();
            var codec = codecs[index];
            if (codec == null) {
                var factory = new RecordTypeFactory(version, versions.isFlexible(version));
                codec = new Codec<>(type, version, factory.create(type));
                codecs[index] = codec;
            }
            return codec;
        }
    }
}
