package io.millrace.protocol.codec;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.LengthPrefix;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the annotations of a record and of the records nested in it, for one version. */
record RecordTypeFactory(int version, boolean flexible) {

    RecordType create(Class<?> type) {
        return create(type, false);
    }

    private RecordType create(Class<?> type, boolean nullable) {
        var components = type.getRecordComponents();
        if (components == null) {
            throw new IllegalArgumentException(type.getName() + " is not a record");
        }
        try {
            var lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            var untagged = new ArrayList<Field>();
            var tagged = new ArrayList<Field>();
            var absent = new ArrayList<Field>();
            for (int i = 0; i < components.length; i++) {
                var field = field(i, components[i], lookup);
                if (!carries(components[i])) {
                    absent.add(field);
                } else {
                    (field.tag() == Field.UNTAGGED ? untagged : tagged).add(field);
                }
            }
            tagged.sort(Comparator.comparingInt(Field::tag));
            return new RecordType(nullable, flexible, untagged, tagged, absent,
                    constructor(type, components, lookup));
        } catch (IllegalAccessException | NoSuchMethodException e) {
            throw new IllegalArgumentException(type.getName() + " is not open to the codec", e);
        }
    }

    private boolean carries(RecordComponent component) {
        var since = component.getAnnotation(Since.class);
        var until = component.getAnnotation(Until.class);
        return (since == null || version >= since.value())
                && (until == null || version <= until.value())
                && (flexible || !component.isAnnotationPresent(Tagged.class));
    }

    private Field field(int index, RecordComponent component, MethodHandles.Lookup lookup)
            throws IllegalAccessException {
        var type = fieldType(component);
        var text = component.getAnnotation(Default.class);
        var tag = component.getAnnotation(Tagged.class);
        return new Field(
                index,
                component.getName(),
                lookup.unreflect(component.getAccessor()).asType(MethodType.genericMethodType(1)),
                type,
                text == null ? type.zero() : text.value().equals("null") ? null : type.parse(text.value()),
                component.isAnnotationPresent(Ignorable.class),
                tag == null ? Field.UNTAGGED : tag.value());
    }

    private FieldType fieldType(RecordComponent component) {
        var nullable = component.getAnnotation(Nullable.class);
        return fieldType(component.getGenericType(), nullable != null && version >= nullable.value());
    }

    private FieldType fieldType(Type type, boolean nullable) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            var element = fieldType(generic.getActualTypeArguments()[0], false);
            return new ListType(prefix(LengthPrefix.INT32), nullable, element);
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalArgumentException("no wire format for " + type);
        }
        if (plain == String.class) {
            return new StringType(prefix(LengthPrefix.INT16), nullable);
        }
        if (plain == Bytes.class) {
            return new BytesType(prefix(LengthPrefix.INT32), nullable);
        }
        var scalar = Scalar.of(plain);
        if (scalar != null) {
            return scalar;
        }
        return create(plain, nullable);
    }

    private LengthPrefix prefix(LengthPrefix inflexible) {
        return flexible ? LengthPrefix.COMPACT : inflexible;
    }

    private static MethodHandle constructor(
            Class<?> type, RecordComponent[] components, MethodHandles.Lookup lookup)
            throws IllegalAccessException, NoSuchMethodException {
        var parameters = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            parameters[i] = components[i].getType();
        }
        return lookup.findConstructor(type, MethodType.methodType(void.class, parameters))
                .asSpreader(Object[].class, components.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }
}
