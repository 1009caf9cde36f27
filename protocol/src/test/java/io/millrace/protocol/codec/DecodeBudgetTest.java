package io.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeBudgetTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ELEMENTS = 20_000;
    private static final int SLACK_BYTES = 256 << 10;

    /** Garbage of decoding counts as allocated too, so what is allocated may be twice what is kept. */
    @Test
    void theBudgetKnowsWhatManySmallPartsCost() throws Exception {
        double worst = 0;
        var worstCodec = "";
        for (var type : Messages.all()) {
            if (!ApiRequest.class.isAssignableFrom(type)) {
                continue;
            }
            var versions = MessageVersions.of(type);
            for (int version = versions.lowest(); version <= versions.highest(); version++) {
                for (var text : List.of("", "a")) {
                    var codec = Codec.of(type, version);
                    var message = encode(codec,
                            new Costly(version, versions.isFlexible(version), text).of(type));
                    double perByte = check(codec, message, text);
                    if (perByte > worst && message.length > SLACK_BYTES / 16) {
                        worst = perByte;
                        worstCodec = codec.toString();
                    }
                }
            }
        }
        System.out.printf("dearest request: %s, %.1f bytes of memory for one of its own%n", worstCodec,
                worst);
    }

    private static double check(Codec<?> codec, byte[] message, String text) {
        codec.read(Unpooled.wrappedBuffer(message)); // its first use links classes
        var budget = new DecodeBudget(Long.MAX_VALUE);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        var read = codec.read(Unpooled.wrappedBuffer(message), budget);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("allocated for %s of %d bytes, text '%s', budget %d", codec, message.length, text,
                        budget.spentBytes())
                .isLessThan(2 * budget.spentBytes() + SLACK_BYTES);
        assertThat(read).isNotNull();
        return (double) budget.spentBytes() / message.length;
    }

    @SuppressWarnings("unchecked")
    private static <T> byte[] encode(Codec<T> codec, Object value) {
        ByteBuf out = Unpooled.buffer();
        codec.write((T) value, out);
        var bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    @Test
    void aMessageOverItsBudgetIsRefusedBeforeItIsSetAside() {
        var codec = Codec.of(DeleteTopics.Request.class, 5);
        var message = encode(codec,
                new DeleteTopics.Request(List.of(), Collections.nCopies(1_000_000, "a"), 0));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> codec.read(Unpooled.wrappedBuffer(message), new DecodeBudget(20 << 20)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("more than 20971520 bytes of memory once decoded");
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(30 << 20);
    }

    @Test
    void aCommitOfTenThousandPartitionsWithNotesCostsLittleMoreThanItself() {
        var partitions = Collections.nCopies(10_000,
                new OffsetCommit.Request.Partition(7, 1L << 40, 3, "n".repeat(100)));
        var codec = Codec.of(OffsetCommit.Request.class, 9);
        var message = encode(codec, new OffsetCommit.Request("group", 1, "member", null, -1,
                List.of(new OffsetCommit.Request.Topic("topic", Uuid.ZERO, partitions))));
        var budget = new DecodeBudget(4L * message.length);
        assertThat(codec.read(Unpooled.wrappedBuffer(message), budget).topics().get(0).partitions())
                .hasSize(10_000);
    }

    /** Messages whose outermost lists are long, all else in them as small as can be. */
    private record Costly(int version, boolean flexible, String text) {

        Object of(Class<?> type) throws ReflectiveOperationException {
            return record(type, ELEMENTS);
        }

        private Object record(Class<?> type, int elements) throws ReflectiveOperationException {
            var defaults = new RecordTypeFactory(version, flexible).create(type).zero();
            var components = type.getRecordComponents();
            var types = new Class<?>[components.length];
            var values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = carries(components[i])
                        ? value(components[i].getGenericType(), elements)
                        : read(components[i], defaults);
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

        private static Object read(RecordComponent component, Object owner)
                throws ReflectiveOperationException {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(owner);
        }

        private Object value(Type type, int elements) throws ReflectiveOperationException {
            if (type instanceof ParameterizedType generic) {
                return Collections.nCopies(elements, value(generic.getActualTypeArguments()[0], 1));
            }
            var plain = (Class<?>) type;
            if (plain == String.class) {
                return text;
            } else if (plain == Bytes.class) {
                return Bytes.utf8(text);
            } else if (plain == Uuid.class) {
                return new Uuid(1, 1);
            } else if (plain == ErrorCode.class) {
                return ErrorCode.NONE;
            } else if (plain.isRecord()) {
                return record(plain, 1);
            }
            return number(plain);
        }

        private static Object number(Class<?> type) {
            if (type == boolean.class) {
                return true;
            } else if (type == byte.class) {
                return (byte) 1;
            } else if (type == short.class) {
                return (short) 1000;
            } else if (type == long.class) {
                return 1L << 40;
            }
            return type == double.class ? (Object) 1.5 : (Object) 1_000_000;
        }
    }
}
