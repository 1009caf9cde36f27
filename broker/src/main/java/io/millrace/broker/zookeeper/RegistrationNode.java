package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.Endpoint;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.codec.Tagged;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.Unpooled;
import java.util.List;

/** The content of a broker's ephemeral node: one byte of version, then this record. */
@Schema(versions = "0", flexibleSince = 0)
public record RegistrationNode(
        int brokerId,
        Uuid incarnation,
        List<Endpoint> endpoints,
        @Nullable String rack,
        long cleanShutdownEpoch,
        @Tagged(0) boolean draining) {

    private static final int VERSION = 0;

    byte[] encode() {
        var out = Unpooled.buffer(128);
        out.writeByte(VERSION);
        Codec.of(RegistrationNode.class, VERSION).write(this, out);
        var bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    static RegistrationNode decode(byte[] bytes) {
        if (bytes.length == 0) {
            throw new MalformedMessageException("empty broker registration");
        }
        var in = Unpooled.wrappedBuffer(bytes);
        return Codec.of(RegistrationNode.class, in.readUnsignedByte()).read(in);
    }

    RegistrationNode aboutToStop() {
        return new RegistrationNode(brokerId, incarnation, endpoints, rack, cleanShutdownEpoch, true);
    }

    RegistrationNode intactSince(long epoch) {
        return new RegistrationNode(brokerId, incarnation, endpoints, rack, epoch, draining);
    }

    /** The registration that this node stands for; the node's creation is its epoch. */
    BrokerRegistration withEpoch(long epoch) {
        return new BrokerRegistration(brokerId, epoch, incarnation, endpoints, rack,
                cleanShutdownEpoch, draining);
    }
}
