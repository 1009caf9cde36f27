package io.millrace.consumer;

/**
 * Does what an application does with a record. Called by several threads at once, but for records of one key by one at a
 * time and in their order. What it throws makes the record be tried again.
 */
@FunctionalInterface
public interface RecordHandler<K, V> {

    /** Returns when the record is done with, so that it may be committed. */
    void handle(ConsumerRecord<K, V> record) throws Exception;
}
