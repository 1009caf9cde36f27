package io.millrace.consumer;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * How {@link Consumer#run(RecordHandler, RunOptions)} handles records: by how many threads; how many records may be under
 * way or waiting; how often one is tried and with which pauses, which double up to the longest; and where those go that
 * fail every time, null to end the run instead. Immutable.
 */
public record RunOptions<K, V>(int threads, int mostRecords, int attempts, Duration firstPause,
        Duration longestPause, DeadLetters<K, V> deadLetters) {
    private static final int DEFAULT_MOST_RECORDS = 1_000;
    private static final int DEFAULT_ATTEMPTS = 5;

    /** Takes records that cannot be handled, say by sending them to a topic of their own. */
    @FunctionalInterface
    public interface DeadLetters<K, V> {

        /** Completes once the record is safe, so that it may be committed; a failure ends the run. */
        CompletionStage<?> send(ConsumerRecord<K, V> record, Exception failure);
    }

    /** Throws {@link IllegalArgumentException} if there are no threads, records or attempts. */
    public RunOptions {
        if (threads < 1 || mostRecords < 1 || attempts < 1) {
            throw new IllegalArgumentException("threads, records and attempts are 1 or more");
        }
    }

    /** So many threads, up to 1,000 records under way, five attempts with pauses from 100 ms to 10 s, no dead letters. */
    public static <K, V> RunOptions<K, V> threads(int threads) {
        return new RunOptions<>(threads, DEFAULT_MOST_RECORDS, DEFAULT_ATTEMPTS, Duration.ofMillis(100),
                Duration.ofSeconds(10), null);
    }

    /** The same with so many records under way or waiting at most. */
    public RunOptions<K, V> mostRecords(int records) {
        return new RunOptions<>(threads, records, attempts, firstPause, longestPause, deadLetters);
    }

    /** The same with so many attempts, and pauses between them. */
    public RunOptions<K, V> attempts(int most, Duration first, Duration longest) {
        return new RunOptions<>(threads, mostRecords, most, first, longest, deadLetters);
    }

    /** The same, with somebody who takes records that fail every time. */
    public RunOptions<K, V> deadLetters(DeadLetters<K, V> taker) {
        return new RunOptions<>(threads, mostRecords, attempts, firstPause, longestPause, taker);
    }
}
