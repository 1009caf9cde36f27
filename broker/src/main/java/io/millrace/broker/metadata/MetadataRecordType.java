package io.millrace.broker.metadata;

import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;

/** The number of each record type in the log, and the version in which this release writes it. */
enum MetadataRecordType {
    CONTROLLER_CHANGED(0, MetadataRecord.ControllerChanged.class, 0),
    BROKER_JOINED(1, MetadataRecord.BrokerJoined.class, 0),
    BROKER_LEFT(2, MetadataRecord.BrokerLeft.class, 0),
    TOPIC_CREATED(3, MetadataRecord.TopicCreated.class, 0),
    TOPIC_DELETED(4, MetadataRecord.TopicDeleted.class, 0),
    PARTITIONS_CHANGED(5, MetadataRecord.PartitionsChanged.class, 0),
    CONFIG_CHANGED(6, MetadataRecord.ConfigChanged.class, 0),
    PRODUCER_IDS_ALLOCATED(7, MetadataRecord.ProducerIdsAllocated.class, 0);

    private static final MetadataRecordType[] BY_NUMBER = values();

    private final Class<? extends MetadataRecord> recordClass;
    private final int writtenVersion;

    MetadataRecordType(int number, Class<? extends MetadataRecord> recordClass, int writtenVersion) {
        if (number != ordinal()) {
            throw new IllegalStateException("numbers are positions: " + this);
        }
        this.recordClass = recordClass;
        this.writtenVersion = writtenVersion;
    }

    private static MetadataRecordType of(MetadataRecord record) {
        for (var type : BY_NUMBER) {
            if (type.recordClass == record.getClass()) {
                return type;
            }
        }
        throw new IllegalArgumentException("no number for " + record.getClass());
    }

    @SuppressWarnings("unchecked") // the record is of the class that its type names
    static void write(MetadataRecord record, ByteBuf out) {
        var type = of(record);
        out.writeByte(type.ordinal());
        out.writeByte(type.writtenVersion);
        ((Codec<MetadataRecord>) Codec.of(type.recordClass, type.writtenVersion)).write(record, out);
    }

    static MetadataRecord read(ByteBuf in) {
        if (in.readableBytes() < 2) {
            throw new MalformedMessageException("metadata record cut short");
        }
        int number = in.readUnsignedByte();
        int version = in.readUnsignedByte();
        if (number >= BY_NUMBER.length) {
            throw new MalformedMessageException("metadata record of unknown type " + number
                    + ": written by a newer release; upgrade this broker");
        }
        try {
            return Codec.of(BY_NUMBER[number].recordClass, version).read(in);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(
                    "metadata record " + BY_NUMBER[number] + " of version " + version
                            + " cannot be read: " + e.getMessage());
        }
    }
}
