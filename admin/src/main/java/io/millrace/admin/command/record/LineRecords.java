package io.millrace.admin.command.record;

import io.millrace.admin.command.line.ToolFailure;
import io.millrace.producer.ProducerRecord;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes records of lines, with the properties of Kafka's line reader. Immutable. */
public final class LineRecords {
    private final String topic;
    private final boolean hasKey;
    private final boolean hasHeaders;
    private final boolean ignoresErrors;
    private final String keySeparator;
    private final String headersDelimiter;
    private final String headersSeparator;
    private final String headerKeySeparator;
    private final String nullMarker;

    /** The properties are parse.key, key.separator and so on; others are ignored. */
    public LineRecords(String topic, Map<String, String> properties) {
        this.topic = topic;
        hasKey = Boolean.parseBoolean(properties.get("parse.key"));
        hasHeaders = Boolean.parseBoolean(properties.get("parse.headers"));
        ignoresErrors = Boolean.parseBoolean(properties.get("ignore.error"));
        keySeparator = properties.getOrDefault("key.separator", "\t");
        headersDelimiter = properties.getOrDefault("headers.delimiter", "\t");
        headersSeparator = properties.getOrDefault("headers.separator", ",");
        headerKeySeparator = properties.getOrDefault("headers.key.separator", ":");
        nullMarker = properties.get("null.marker");
    }

    /** The record that a line means; the number is for the message of a ToolFailure. */
    public ProducerRecord<byte[], byte[]> parse(String line, long lineNumber) {
        var headers = new ArrayList<RecordHeader>();
        var rest = line;
        if (hasHeaders) {
            int end = end(rest, headersDelimiter, "headers.delimiter", lineNumber);
            if (end >= 0) {
                var text = rest.substring(0, end);
                if (!text.equals(nullMarker)) {
                    headers.addAll(headers(text, lineNumber));
                }
                rest = rest.substring(end + headersDelimiter.length());
            }
        }
        byte[] key = null;
        if (hasKey) {
            int end = end(rest, keySeparator, "key.separator", lineNumber);
            if (end >= 0) {
                key = bytes(rest.substring(0, end));
                rest = rest.substring(end + keySeparator.length());
            }
        }
        return new ProducerRecord<>(topic, null, key, bytes(rest), headers);
    }

    /** Where the part ends; -1 if it is missing and that does not matter. */
    private int end(String text, String separator, String property, long lineNumber) {
        int end = text.indexOf(separator);
        if (end < 0 && !ignoresErrors) {
            throw ToolFailure
                    .of("No " + property + " found on line number " + lineNumber + ": '" + text + "'");
        }
        return end;
    }

    private List<RecordHeader> headers(String text, long lineNumber) {
        var headers = new ArrayList<RecordHeader>();
        for (int from = 0; from <= text.length();) {
            int next = text.indexOf(headersSeparator, from);
            var header = text.substring(from, next < 0 ? text.length() : next);
            int end = end(header, headerKeySeparator, "headers.key.separator", lineNumber);
            var value = end < 0 ? null : bytes(header.substring(end + headerKeySeparator.length()));
            headers.add(new RecordHeader(end < 0 ? header : header.substring(0, end),
                    value == null ? null : Bytes.copyOf(value)));
            from = next < 0 ? text.length() + 1 : next + headersSeparator.length();
        }
        return headers;
    }

    private byte[] bytes(String text) {
        return text.equals(nullMarker) ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
