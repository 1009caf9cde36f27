package io.millrace.junit;

import io.millrace.admin.Admin;
import io.millrace.admin.MillraceAdmin;
import io.millrace.consumer.Consumer;
import io.millrace.consumer.MillraceConsumer;
import io.millrace.consumer.serialization.ByteArrayDeserializer;
import io.millrace.consumer.serialization.ByteBufferDeserializer;
import io.millrace.consumer.serialization.Deserializer;
import io.millrace.consumer.serialization.DoubleDeserializer;
import io.millrace.consumer.serialization.FloatDeserializer;
import io.millrace.consumer.serialization.IntegerDeserializer;
import io.millrace.consumer.serialization.LongDeserializer;
import io.millrace.consumer.serialization.ShortDeserializer;
import io.millrace.consumer.serialization.StringDeserializer;
import io.millrace.consumer.serialization.UUIDDeserializer;
import io.millrace.consumer.serialization.VoidDeserializer;
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
    private static final Map<Type, Form> FORMS = Map.ofEntries(
            Map.entry(String.class, new Form(StringSerializer::new, StringDeserializer::new)),
            Map.entry(byte[].class, new Form(ByteArraySerializer::new, ByteArrayDeserializer::new)),
            Map.entry(ByteBuffer.class, new Form(ByteBufferSerializer::new, ByteBufferDeserializer::new)),
            Map.entry(Integer.class, new Form(IntegerSerializer::new, IntegerDeserializer::new)),
            Map.entry(Long.class, new Form(LongSerializer::new, LongDeserializer::new)),
            Map.entry(Short.class, new Form(ShortSerializer::new, ShortDeserializer::new)),
            Map.entry(Double.class, new Form(DoubleSerializer::new, DoubleDeserializer::new)),
            Map.entry(Float.class, new Form(FloatSerializer::new, FloatDeserializer::new)),
            Map.entry(UUID.class, new Form(UUIDSerializer::new, UUIDDeserializer::new)),
            Map.entry(Void.class, new Form(VoidSerializer::new, VoidDeserializer::new)));

    /** How keys or values of one type are written and read. */
    private record Form(Supplier<Serializer<?>> serializer, Supplier<Deserializer<?>> deserializer) {}

    private InjectedClients() {}

    static boolean isClient(Class<?> type) {
        return type == Producer.class || type == Consumer.class || type == Admin.class;
    }

    static AutoCloseable open(Parameter parameter, String bootstrap) {
        if (parameter.getType() == Admin.class) {
            return new MillraceAdmin(Map.of("bootstrap.servers", bootstrap));
        }
        var keys = form(parameter, 0);
        var values = form(parameter, 1);
        if (parameter.getType() == Producer.class) {
            return new MillraceProducer<>(Map.of("bootstrap.servers", bootstrap), keys.serializer.get(),
                    values.serializer.get());
        }
        var settings = Map.of("bootstrap.servers", bootstrap, "group.id", "test-" + UUID.randomUUID(),
                "auto.offset.reset", "earliest");
        return new MillraceConsumer<>(settings, keys.deserializer.get(), values.deserializer.get());
    }

    private static Form form(Parameter parameter, int argument) {
        var type = typeArgument(parameter, argument);
        var form = FORMS.get(type);
        if (form == null) {
            throw new ParameterResolutionException("There is no serializer for " + type.getTypeName() + " of "
                    + parameter + ": take @BootstrapServers String and make the client in the test");
        }
        return form;
    }

    private static Type typeArgument(Parameter parameter, int argument) {
        if (parameter.getParameterizedType() instanceof ParameterizedType generic) {
            return generic.getActualTypeArguments()[argument];
        }
        throw new ParameterResolutionException(
                parameter + " needs type arguments, as in Producer<String, String>");
    }
}
