package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Batches as kafka-clients write and read them: the oracle of this package's tests. */
final class KafkaRecords {
    static final long NOW_MS = 1_700_000_000_000L;

    private KafkaRecords() {}

    /** Random records: null, empty, tiny and large keys and values, with and without headers, repetitive or not. */
    static List<SimpleRecord> random(Random random) {
        var records = new ArrayList<SimpleRecord>();
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 2_000 : 30);
        for (int i = 0; i < count; i++) {
            var headers = new Header[random.nextInt(4) == 0 ? random.nextInt(5) : 0];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("höader-" + random.nextInt(), field(random));
            }
            long timestamp = random.nextInt(20) == 0 ? -1 : NOW_MS + random.nextInt(100_000) - 50_000;
            records.add(new SimpleRecord(timestamp, field(random), field(random), headers));
        }
        return records;
    }

    private static byte[] field(Random random) {
        int size = switch (random.nextInt(12)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> random.nextInt(100) == 0 ? 300_000 + random.nextInt(300_000) : 70;
            default -> random.nextInt(200);
        };
        if (size < 0) {
            return null;
        }
        var bytes = new byte[size];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    static ByteBuf write(Compression codec, List<SimpleRecord> records) {
        var builder = new MemoryRecordsBuilder(ByteBuffer.allocate(1024), (byte) 2, compression(codec),
                TimestampType.CREATE_TIME, 0L, -1L, -1L, (short) -1, -1, false, false, -1, Integer.MAX_VALUE);
        records.forEach(builder::append);
        ByteBuffer bytes = builder.build().buffer();
        return Unpooled.directBuffer(bytes.remaining()).writeBytes(bytes);
    }

    static org.apache.kafka.common.compress.Compression compression(Compression codec) {
        return org.apache.kafka.common.compress.Compression.of(CompressionType.forId(codec.id())).build();
    }

    static DefaultRecordBatch batch(ByteBuf buffer) {
        var bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        var batch = (DefaultRecordBatch) MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).firstBatch();
        batch.ensureValid();
        return batch;
    }

    static List<String> describe(DefaultRecordBatch batch) {
        var lines = new ArrayList<String>();
        for (Record record : batch) {
            var line = new StringBuilder();
            line.append(record.offset()).append('@').append(record.timestamp());
            line.append(' ').append(text(record.key())).append('=').append(text(record.value()));
            for (var header : record.headers()) {
                line.append(' ').append(header.key()).append(':').append(text(wrap(header.value())));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    static List<String> describe(RecordCursor cursor) {
        var lines = new ArrayList<String>();
        while (cursor.next()) {
            var line = new StringBuilder();
            line.append(cursor.offset()).append('@').append(cursor.timestamp());
            line.append(' ').append(text(cursor, cursor.keyIndex(), cursor.keyLength()));
            line.append('=').append(text(cursor, cursor.valueIndex(), cursor.valueLength()));
            while (cursor.nextHeader()) {
                line.append(' ')
                        .append(cursor.buffer().toString(cursor.headerKeyIndex(), cursor.headerKeyLength(),
                                StandardCharsets.UTF_8));
                line.append(':').append(text(cursor, cursor.headerValueIndex(), cursor.headerValueLength()));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String text(RecordCursor cursor, int index, int length) {
        if (length < 0) {
            return "null";
        }
        var bytes = new byte[length];
        cursor.buffer().getBytes(index, bytes);
        return text(ByteBuffer.wrap(bytes));
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? "null" : bytes.remaining() + "#" + bytes.hashCode();
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
