package io.millrace.protocol.codec;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random message records from their annotations, with edge values. With {@code breakRules} a component may now and
 * then hold what the version cannot carry: a value where it is absent, null where it is not nullable.
 */
final class RandomRecords {
    private final Random random;
    private final int version;
    private final boolean flexible;
    private final boolean breakRules;

    RandomRecords(Random random, int version, boolean flexible, boolean breakRules) {
        this.random = random;
        this.version = version;
        this.flexible = flexible;
        this.breakRules = breakRules;
    }

    <T> T next(Class<T> type) throws ReflectiveOperationException {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean filled = carries(components[i]) || breakRules && random.nextInt(40) == 0;
            values[i] = filled ? value(components[i]) : absent(components[i]);
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private boolean carries(RecordComponent component) {
        var since = component.getAnnotation(Since.class);
        var until = component.getAnnotation(Until.class);
        return (since == null || version >= since.value())
                && (until == null || version <= until.value())
                && (flexible || !component.isAnnotationPresent(Tagged.class));
    }

    private Object value(RecordComponent component) throws ReflectiveOperationException {
        var nullable = component.getAnnotation(Nullable.class);
        if (nullable != null && version >= nullable.value() && random.nextInt(4) == 0) {
            return null;
        }
        if (breakRules && !component.getType().isPrimitive() && component.getType() != ErrorCode.class
                && random.nextInt(40) == 0) {
            return null;
        }
        return random.nextInt(6) == 0 ? absent(component) : value(component.getGenericType());
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            var list = new ArrayList<Object>();
            int size = random.nextInt(100) == 0 ? 130 : random.nextInt(4);
            for (int i = 0; i < size; i++) {
                list.add(value(generic.getActualTypeArguments()[0]));
            }
            return List.copyOf(list);
        }
        if (type == String.class) {
            return text();
        } else if (type == Bytes.class) {
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return Bytes.copyOf(bytes);
        } else if (type == Uuid.class) {
            return random.nextInt(4) == 0 ? Uuid.ZERO : new Uuid(random.nextLong(), random.nextLong());
        } else if (type == ErrorCode.class) {
            return ErrorCode.values()[random.nextInt(ErrorCode.values().length)];
        }
        return ((Class<?>) type).isRecord() ? next((Class<?>) type) : number((Class<?>) type);
    }

    private Object number(Class<?> type) {
        long edge = switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            default -> random.nextLong() >> random.nextInt(64);
        };
        if (type == boolean.class) {
            return edge < 0;
        } else if (type == byte.class) {
            return (byte) (edge ^ (edge >> 32));
        } else if (type == short.class) {
            return (short) (edge ^ (edge >> 48));
        } else if (type == int.class || type == Integer.class) {
            return (int) (edge ^ (edge >> 32));
        } else if (type == long.class) {
            return edge;
        } else if (type == double.class) {
            return (double) edge;
        }
        throw new IllegalArgumentException("no random value for " + type);
    }

    private String text() {
        int length = random.nextInt(50) == 0 ? 130 + random.nextInt(300) : random.nextInt(12);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(switch (random.nextInt(6)) {
                case 0 -> 0x80 + random.nextInt(0x700);
                case 1 -> 0x4e00 + random.nextInt(0x1000);
                case 2 -> 0x1f600 + random.nextInt(64);
                default -> ' ' + random.nextInt(95);
            });
        }
        return text.toString();
    }

    private Object absent(RecordComponent component) throws ReflectiveOperationException {
        var text = component.getAnnotation(Default.class);
        var type = component.getType();
        if (text != null && text.value().equals("null")) {
            return null;
        } else if (type == String.class) {
            return text == null ? "" : text.value();
        } else if (type == Bytes.class) {
            return Bytes.EMPTY;
        } else if (type == Uuid.class) {
            return Uuid.ZERO;
        } else if (type == ErrorCode.class) {
            return ErrorCode.NONE;
        } else if (type == List.class) {
            return List.of();
        } else if (type.isRecord()) {
            throw new IllegalArgumentException(
                    "a nested record without @Default(\"null\"): extend the generator");
        }
        return number(type, text == null ? "0" : text.value());
    }

    private static Object number(Class<?> type, String text) {
        if (type == boolean.class) {
            return text.equals("true");
        }
        long value = Long.parseLong(text);
        if (type == byte.class) {
            return (byte) value;
        } else if (type == short.class) {
            return (short) value;
        } else if (type == int.class) {
            return (int) value;
        }
        return type == double.class ? (Object) (double) value : (Object) value;
    }
}
