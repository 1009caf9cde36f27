package io.millrace.broker.tool;

import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.Uuid;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message as nested maps and lists of what its version carries, to be shown to people. */
final class MessageTree {
    private MessageTree() {}

    /** The message with its version before it, as Kafka's tools show the records of internal topics. */
    static Map<String, Object> typed(String discriminator, int version, Record message) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put(discriminator, Integer.toString(version));
        tree.put("data", of(message, version));
        return tree;
    }

    static Map<String, Object> of(Record message, int version) {
        var tree = new LinkedHashMap<String, Object>();
        for (var component : message.getClass().getRecordComponents()) {
            if (isIn(component, version)) {
                tree.put(component.getName(), shown(valueOf(component, message), version));
            }
        }
        return tree;
    }

    private static boolean isIn(RecordComponent component, int version) {
        var since = component.getAnnotation(Since.class);
        var until = component.getAnnotation(Until.class);
        return (since == null || version >= since.value()) && (until == null || version <= until.value());
    }

    private static Object valueOf(RecordComponent component, Record message) {
        try {
            return component.getAccessor().invoke(message);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " is not public", e);
        }
    }

    private static Object shown(Object value, int version) {
        if (value instanceof Uuid id) {
            return id.toString();
        }
        if (value instanceof Record nested) {
            return of(nested, version);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(element -> shown(element, version)).toList();
        }
        return value instanceof Bytes bytes ? bytes.toArray() : value;
    }
}
