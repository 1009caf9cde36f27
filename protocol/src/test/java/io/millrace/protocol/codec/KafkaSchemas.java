package io.millrace.protocol.codec;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Random bytes of a message, drawn from the schema in kafka-clients: it knows nothing of our records. */
public final class KafkaSchemas {
    private final Random random;

    public KafkaSchemas(Random random) {
        this.random = random;
    }

    public byte[] next(Class<? extends Message> type, int version) throws ReflectiveOperationException {
        var schemas = (Schema[]) type.getField("SCHEMAS").get(null);
        var schema = schemas[version];
        var struct = struct(schema);
        var buffer = ByteBuffer.allocate(schema.sizeOf(struct));
        schema.write(buffer, struct);
        return buffer.array();
    }

    private Struct struct(Schema schema) {
        var struct = new Struct(schema);
        for (var field : schema.fields()) {
            struct.set(field, value(field.def));
        }
        return struct;
    }

    private Object value(Field field) {
        if (field.type instanceof TaggedFields tagged) {
            var values = new TreeMap<Integer, Object>();
            tagged.fields().forEach((tag, inner) -> {
                if (random.nextInt(3) > 0) {
                    values.put(tag, value(inner));
                }
            });
            return values;
        }
        if (field.type == Type.INT16 && field.name.endsWith("error_code")) {
            return (short) (random.nextInt(138) - 1);
        }
        return value(field.type);
    }

    private Object value(Type type) {
        if (type.isNullable() && random.nextInt(4) == 0) {
            return null;
        }
        if (type instanceof Schema schema) {
            return struct(schema);
        }
        if (type.isArray()) {
            var elements = new Object[random.nextInt(4)];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = value(type.arrayElementType().orElseThrow());
            }
            return elements;
        }
        String name = ((Type.DocumentedType) type).typeName();
        return switch (name) {
            case "BOOLEAN" -> random.nextBoolean();
            case "INT8" -> (byte) random.nextInt();
            case "INT16" -> (short) random.nextInt();
            case "UINT16" -> random.nextInt(0x10000);
            case "INT32" -> random.nextInt();
            case "UINT32" -> random.nextInt() & 0xffff_ffffL;
            case "INT64" -> random.nextLong();
            case "UUID" -> new org.apache.kafka.common.Uuid(random.nextLong(), random.nextLong());
            case "FLOAT64" -> random.nextDouble();
            case "STRING", "COMPACT_STRING", "NULLABLE_STRING", "COMPACT_NULLABLE_STRING" ->
                Integer.toString(random.nextInt(), 36);
            case "RECORDS", "COMPACT_RECORDS", "NULLABLE_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
                MemoryRecords.readableRecords(ByteBuffer.allocate(random.nextInt(90)));
            case "BYTES", "COMPACT_BYTES", "NULLABLE_BYTES", "COMPACT_NULLABLE_BYTES" ->
                ByteBuffer.wrap(Integer.toString(random.nextInt(), 2)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            default -> throw new IllegalStateException("no random value for " + name);
        };
    }
}
