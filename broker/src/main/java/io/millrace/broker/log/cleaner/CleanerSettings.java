package io.millrace.broker.log.cleaner;

import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;

/** How much compaction may take, in Kafka's names. Immutable. */
public record CleanerSettings(
        boolean isEnabled,
        int threads,
        int keyMapBytes,
        double keyMapLoad,
        int bufferBytes,
        double mostBytesPerSecond,
        long backoffMs) {

    private static final int LARGEST_KEY_MAP_BYTES = Integer.MAX_VALUE - 64;

    public static final Setting<Boolean> ENABLE = Setting.ofBoolean("log.cleaner.enable", true)
            .doc("Whether topics with cleanup.policy=compact are compacted.");
    public static final Setting<Integer> THREADS = Setting.ofInt("log.cleaner.threads", 1).between(1, 64)
            .doc("Threads that compact logs.");
    public static final Setting<Long> KEY_MAP_BYTES = Setting
            .ofLong("log.cleaner.dedupe.buffer.size", 128L << 20).atLeast(1 << 20)
            .doc("Most memory for the keys of the logs that are being compacted, in bytes for all threads; 24 a"
                    + " key, taken only meanwhile.");
    public static final Setting<Double> KEY_MAP_LOAD = Setting
            .ofDouble("log.cleaner.io.buffer.load.factor", 0.9)
            .must("above 0 and below 1", load -> load > 0 && load < 1)
            .doc("How full the memory for keys may become, as a share.");
    public static final Setting<Integer> BUFFER_BYTES = Setting.ofInt("log.cleaner.io.buffer.size", 512 << 10)
            .between(4096, 64 << 20)
            .doc("Size of the buffer through which each thread writes what it has compacted.");
    public static final Setting<Double> MOST_BYTES_PER_SECOND = Setting
            .ofDouble("log.cleaner.io.max.bytes.per.second", Double.MAX_VALUE).atLeast(1)
            .doc("Most bytes that all threads together read and write in a second.");
    public static final Setting<Long> BACKOFF_MS = Setting.ofLong("log.cleaner.backoff.ms", 15_000L)
            .atLeast(0)
            .doc("How long a thread rests when there is nothing to compact.");

    public static final List<Setting<?>> ALL = List.of(ENABLE, THREADS, KEY_MAP_BYTES, KEY_MAP_LOAD,
            BUFFER_BYTES, MOST_BYTES_PER_SECOND, BACKOFF_MS);

    /** From the broker's settings, whose catalog has {@link #ALL}. */
    public static CleanerSettings of(Settings broker) {
        int threads = broker.get(THREADS);
        return new CleanerSettings(broker.get(ENABLE), threads,
                (int) Math.min(LARGEST_KEY_MAP_BYTES, broker.get(KEY_MAP_BYTES) / threads),
                broker.get(KEY_MAP_LOAD), broker.get(BUFFER_BYTES), broker.get(MOST_BYTES_PER_SECOND),
                broker.get(BACKOFF_MS));
    }
}
