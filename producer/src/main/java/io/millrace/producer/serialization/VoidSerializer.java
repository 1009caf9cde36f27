package io.millrace.producer.serialization;

/** For keys or values that are always null. */
public final class VoidSerializer implements Serializer<Void> {

    @Override
    public byte[] serialize(String topic, Void data) {
        return null;
    }
}
