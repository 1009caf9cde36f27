package io.millrace.broker.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** One thing that a file holds, as named values in the order in which they are shown. Used by one thread. */
final class Row {
    private final String kind;
    private final String prefix;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Row(String kind, String prefix) {
        this.kind = kind;
        this.prefix = prefix;
    }

    /** What stands in a file by itself. */
    static Row of(String kind) {
        return new Row(kind, "");
    }

    /** A record within the batch that was shown last. */
    static Row within(String kind) {
        return new Row(kind, "| ");
    }

    /** A null is shown in JSON alone. Maps and lists are nested values. */
    Row with(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    /** Shown as Kafka's tool does, which tells apart what is absent. */
    Row withOptional(String name, long value, boolean isPresent) {
        fields.put(name, isPresent ? OptionalLong.of(value) : OptionalLong.empty());
        return this;
    }

    String kind() {
        return kind;
    }

    String prefix() {
        return prefix;
    }

    Map<String, Object> fields() {
        return fields;
    }
}
