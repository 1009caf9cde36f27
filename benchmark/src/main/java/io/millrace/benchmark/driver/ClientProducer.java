package io.millrace.benchmark.driver;

/** A producer of some library that writes byte arrays to one topic, with its default settings. For one thread. */
public interface ClientProducer extends AutoCloseable {

    /** Hands a record over; the task runs on some thread once the record is acknowledged. Null tells nobody. */
    void send(byte[] value, Runnable onAcknowledged);

    /** Waits until all is acknowledged. */
    void flush();

    @Override
    void close();

    /** The producer of the library with this name, {@code millrace} or {@code kafka}. */
    static ClientProducer open(String library, String bootstrap, String topic) {
        return switch (library) {
            case "millrace" -> new MillraceClientProducer(bootstrap, topic);
            case "kafka" -> new KafkaClientProducer(bootstrap, topic);
            default -> throw new IllegalArgumentException("no library " + library);
        };
    }
}
