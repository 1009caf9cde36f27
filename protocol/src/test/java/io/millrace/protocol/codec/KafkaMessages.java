package io.millrace.protocol.codec;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/** The message classes of kafka-clients, filled from our records and back, component by component, by name. */
final class KafkaMessages {
    private KafkaMessages() {}

    /** The class that kafka-clients has for one of our records. */
    static Class<? extends Message> classOf(Class<?> ours) throws ClassNotFoundException {
        var owner = ours.getEnclosingClass();
        String name = owner == null ? ours.getSimpleName()
                : owner.getSimpleName() + ours.getSimpleName() + "Data";
        return Class.forName("org.apache.kafka.common.message." + name).asSubclass(Message.class);
    }

    static byte[] write(Message message, int version) {
        var buffer = MessageUtil.toByteBufferAccessor(message, (short) version).buffer();
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Reads a message that takes all of the bytes. */
    static <M extends Message> M read(Class<M> type, byte[] bytes, int version)
            throws ReflectiveOperationException {
        var message = type.getConstructor().newInstance();
        var buffer = ByteBuffer.wrap(bytes);
        message.read(new ByteBufferAccessor(buffer), (short) version);
        if (buffer.hasRemaining()) {
            throw new IllegalStateException(type.getName() + " left " + buffer.remaining() + " bytes");
        }
        return message;
    }

    static <M> M fromOurs(Object ours, Class<M> type) throws ReflectiveOperationException {
        var theirs = type.getConstructor().newInstance();
        for (var component : ours.getClass().getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            var setter = setter(type, component.getName());
            Object value = component.getAccessor().invoke(ours);
            setter.invoke(theirs, toTheirs(value, setter.getGenericParameterTypes()[0]));
        }
        return theirs;
    }

    static <T> T toOurs(Object theirs, Class<T> type) throws ReflectiveOperationException {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Object value = theirs.getClass().getMethod(components[i].getName()).invoke(theirs);
            values[i] = toOurs(value, components[i].getGenericType());
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static Object toTheirs(Object value, Type type) throws ReflectiveOperationException {
        if (value instanceof Uuid uuid) {
            return new org.apache.kafka.common.Uuid(uuid.mostSignificantBits(), uuid.leastSignificantBits());
        } else if (value instanceof Bytes bytes) {
            return type == ByteBuffer.class ? ByteBuffer.wrap(bytes.toArray()) : bytes.toArray();
        } else if (value instanceof ErrorCode error) {
            return error.code();
        } else if (value instanceof List<?> list) {
            var collection = collection(type);
            for (var element : list) {
                collection.add(toTheirs(element, elementType(type)));
            }
            return collection;
        }
        return value instanceof Record ? fromOurs(value, (Class<?>) type) : value;
    }

    private static Object toOurs(Object value, Type type) throws ReflectiveOperationException {
        if (value instanceof org.apache.kafka.common.Uuid uuid) {
            return new Uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
        } else if (value instanceof byte[] bytes) {
            return Bytes.copyOf(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            return Bytes.copyOf(Arrays.copyOfRange(
                    buffer.array(), buffer.arrayOffset() + buffer.position(),
                    buffer.arrayOffset() + buffer.limit()));
        } else if (value instanceof Collection<?> collection) {
            var list = new ArrayList<Object>();
            for (var element : collection) {
                list.add(toOurs(element, ((ParameterizedType) type).getActualTypeArguments()[0]));
            }
            return list;
        } else if (type == ErrorCode.class) {
            return ErrorCode.of((Short) value);
        }
        return value != null && ((Class<?>) type).isRecord() ? toOurs(value, (Class<?>) type) : value;
    }

    @SuppressWarnings("unchecked") // filled only with elements of the type that the collection declares
    private static Collection<Object> collection(Type type) throws ReflectiveOperationException {
        return type instanceof Class<?> c
                ? (Collection<Object>) c.getConstructor().newInstance()
                : new ArrayList<>();
    }

    private static Type elementType(Type type) {
        var generic = type instanceof Class<?> c ? c.getGenericSuperclass() : type;
        return ((ParameterizedType) generic).getActualTypeArguments()[0];
    }

    private static Method setter(Class<?> type, String component) {
        String name = "set" + Character.toUpperCase(component.charAt(0)) + component.substring(1);
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(type.getName() + " has no " + name));
    }
}
