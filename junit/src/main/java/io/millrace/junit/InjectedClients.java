package io.millrace.junit;

import io.millrace.admin.Admin;
import io.millrace.admin.MillraceAdmin;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.Producer;
import io.millrace.producer.serialization.ByteArraySerializer;
import io.millrace.producer.serialization.ByteBufferSerializer;
import io.millrace.producer.serialization.DoubleSerializer;
import io.millrace.producer.serialization.FloatSerializer;
import io.millrace.producer.serialization.IntegerSerializer;
import io.millrace.producer.serialization.LongSerializer;
import io.millrace.producer.serialization.Serializer;
import io.millrace.producer.serialization.ShortSerializer;
import io.millrace.producer.serialization.StringSerializer;
import io.millrace.producer.serialization.UUIDSerializer;
import io.millrace.producer.serialization.VoidSerializer;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** The clients that a test's parameters ask for. Stateless. */
final class InjectedClients {
    private static final Map<Type, Supplier<Serializer<?>>> SERIALIZERS = Map.of(String.class,
            StringSerializer::new,
            byte[].class, ByteArraySerializer::new, ByteBuffer.class, ByteBufferSerializer::new,
            Integer.class,
            IntegerSerializer::new, Long.class, LongSerializer::new, Short.class, ShortSerializer::new,
            Double.class, DoubleSerializer::new, Float.class, FloatSerializer::new, UUID.class,
            UUIDSerializer::new, Void.class, VoidSerializer::new);

    private InjectedClients() {}

    static boolean isClient(Class<?> type) {
        return type == Producer.class || type == Admin.class;
    }

    static AutoCloseable open(Parameter parameter, String bootstrap) {
        var settings = Map.of("bootstrap.servers", bootstrap);
        if (parameter.getType() == Admin.class) {
            return new MillraceAdmin(settings);
        }
        return new MillraceProducer<>(settings, serializer(parameter, 0), serializer(parameter, 1));
    }

    private static Serializer<?> serializer(Parameter parameter, int argument) {
        var type = typeArgument(parameter, argument);
        var serializer = SERIALIZERS.get(type);
        if (serializer == null) {
            throw new ParameterResolutionException("There is no serializer for " + type.getTypeName() + " of "
                    + parameter + ": take @BootstrapServers String and make the client in the test");
        }
        return serializer.get();
    }

    private static Type typeArgument(Parameter parameter, int argument) {
        if (parameter.getParameterizedType() instanceof ParameterizedType generic) {
            return generic.getActualTypeArguments()[argument];
        }
        throw new ParameterResolutionException(
                parameter + " needs type arguments, as in Producer<String, String>");
    }
}
