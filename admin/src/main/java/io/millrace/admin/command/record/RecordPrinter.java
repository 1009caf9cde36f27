package io.millrace.admin.command.record;

import io.millrace.consumer.ConsumerRecord;
import io.millrace.protocol.record.RecordHeader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Prints records as lines, with the properties of Kafka's default formatter. Used by one thread. */
public final class RecordPrinter {
    private final PrintStream out;
    private final Map<String, String> properties;
    private final byte[] keySeparator;
    private final byte[] lineSeparator;
    private final byte[] headersSeparator;
    private final byte[] nullText;

    /** The properties are print.key, print.value, print.offset, key.separator and so on; others are ignored. */
    public RecordPrinter(PrintStream out, Map<String, String> properties) {
        this.out = out;
        this.properties = properties;
        keySeparator = text("key.separator", "\t");
        lineSeparator = text("line.separator", "\n");
        headersSeparator = text("headers.separator", ",");
        nullText = text("null.literal", "null");
    }

    private byte[] text(String property, String ofItself) {
        return properties.getOrDefault(property, ofItself).getBytes(StandardCharsets.UTF_8);
    }

    private boolean prints(String property) {
        return Boolean.parseBoolean(properties.getOrDefault("print." + property,
                Boolean.toString(property.equals("value"))));
    }

    /** Prints one record. */
    public void print(ConsumerRecord<byte[], byte[]> record) {
        boolean isFirst = true;
        if (prints("timestamp")) {
            isFirst = field(isFirst, timestamp(record).getBytes(StandardCharsets.UTF_8));
        }
        if (prints("partition")) {
            isFirst = field(isFirst, ("Partition:" + record.partition()).getBytes(StandardCharsets.UTF_8));
        }
        if (prints("offset")) {
            isFirst = field(isFirst, ("Offset:" + record.offset()).getBytes(StandardCharsets.UTF_8));
        }
        if (prints("headers")) {
            isFirst = field(isFirst, new byte[0]);
            headers(record);
        }
        if (prints("key")) {
            isFirst = field(isFirst, record.key() == null ? nullText : record.key());
        }
        if (prints("value")) {
            field(isFirst, record.value() == null ? nullText : record.value());
        }
        out.writeBytes(lineSeparator);
    }

    private boolean field(boolean isFirst, byte[] bytes) {
        if (!isFirst) {
            out.writeBytes(keySeparator);
        }
        out.writeBytes(bytes);
        return false;
    }

    private static String timestamp(ConsumerRecord<?, ?> record) {
        return switch (record.timestampType()) {
            case CREATE_TIME -> "CreateTime:" + record.timestamp();
            case LOG_APPEND_TIME -> "LogAppendTime:" + record.timestamp();
        };
    }

    private void headers(ConsumerRecord<?, ?> record) {
        if (record.headers().size() == 0) {
            out.print("NO_HEADERS");
        }
        boolean isFirst = true;
        for (RecordHeader header : record.headers()) {
            if (!isFirst) {
                out.writeBytes(headersSeparator);
            }
            isFirst = false;
            out.print(header.key() + ":");
            out.writeBytes(header.value() == null ? nullText : header.value().toArray());
        }
    }
}
