package io.millrace.protocol.data;

import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Values and bytes of kafka-clients' own Produce and Fetch classes. */
final class KafkaData {
    private KafkaData() {}

    static ByteBuf write(Message message, int version) {
        return Unpooled.wrappedBuffer(MessageUtil.toByteBufferAccessor(message, (short) version).buffer());
    }

    static <M extends Message> M read(M message, ByteBuf bytes, int version) {
        var buffer = ByteBuffer.wrap(ByteBufUtil.getBytes(bytes));
        message.read(new ByteBufferAccessor(buffer), (short) version);
        if (buffer.hasRemaining()) {
            throw new IllegalStateException(buffer.remaining() + " bytes left");
        }
        return message;
    }

    static byte[] gathered(GatherBuffer gather) {
        var message = Unpooled.buffer();
        gather.transferTo(piece -> {
            message.writeBytes(piece);
            piece.release();
        });
        return ByteBufUtil.getBytes(message);
    }

    static byte[] bytesOf(BaseRecords records) {
        return records == null ? null
                : ByteBufUtil.getBytes(Unpooled.wrappedBuffer(((MemoryRecords) records).buffer()));
    }

    static MemoryRecords records(byte[] bytes) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
    }

    static byte[] randomBytes(Random random) {
        var bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 2000 : 40)];
        random.nextBytes(bytes);
        return bytes;
    }

    static String text(Random random) {
        return random.nextInt(10) == 0 ? "wäre-" + "x".repeat(random.nextInt(200))
                : "t" + random.nextInt(100);
    }

    static Uuid uuid(Random random) {
        return random.nextInt(8) == 0 ? Uuid.ZERO_UUID : new Uuid(random.nextLong(), random.nextLong());
    }

    static io.millrace.protocol.wire.Uuid ours(Uuid uuid) {
        return new io.millrace.protocol.wire.Uuid(uuid.getMostSignificantBits(),
                uuid.getLeastSignificantBits());
    }

    static ErrorCode error(Random random) {
        return ErrorCode.values()[random.nextInt(ErrorCode.values().length)];
    }
}
