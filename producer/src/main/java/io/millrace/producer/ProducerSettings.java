package io.millrace.producer;

import static io.millrace.protocol.setting.Setting.ofBoolean;
import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofLong;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.producer.send.SendRules;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The settings of a producer, under Kafka's names and with its defaults; those of all clients are among them. */
public final class ProducerSettings {
    private static final int MOST_IN_FLIGHT_IN_ORDER = 5;
    private static final int MOST_BATCH_BYTES = 1 << 30;

    public static final Setting<String> KEY_SERIALIZER = ofString("key.serializer", null)
            .doc("The class of the serializer of keys; one of Kafka's own stands for ours of that name.");
    public static final Setting<String> VALUE_SERIALIZER = ofString("value.serializer", null)
            .doc("The class of the serializer of values; one of Kafka's own stands for ours of that name.");
    public static final Setting<String> ACKS = ofString("acks", "all").oneOf("all", "-1", "0", "1")
            .doc("Who must have a record before it is acknowledged: all in-sync replicas, the leader (1), or"
                    + " nobody (0).");
    public static final Setting<Boolean> IDEMPOTENCE = ofBoolean("enable.idempotence", true)
            .doc("Whether every record is appended once and in order whatever has to be sent again. Off by"
                    + " itself if acks, retries or max.in.flight.requests.per.connection rule it out.");
    public static final Setting<Integer> MAX_IN_FLIGHT = ofInt("max.in.flight.requests.per.connection", 5)
            .atLeast(1).doc("How many requests to one broker may wait for their answers.");
    public static final Setting<Integer> RETRIES = ofInt("retries", Integer.MAX_VALUE).atLeast(0)
            .doc("How often a batch is sent again after errors that may pass; delivery.timeout.ms bounds it too.");
    public static final Setting<Integer> DELIVERY_TIMEOUT_MS = ofInt("delivery.timeout.ms", 120_000)
            .atLeast(0)
            .doc("After so many milliseconds in a batch, a record is acknowledged or has failed.");
    public static final Setting<Long> LINGER_MS = ofLong("linger.ms", 5L).atLeast(0)
            .doc("How long a batch that is not full waits for more records, in milliseconds.");
    public static final Setting<Integer> BATCH_SIZE = ofInt("batch.size", 16_384).between(0, MOST_BATCH_BYTES)
            .doc("The size of a batch in bytes, before compression.");
    public static final Setting<Long> BUFFER_MEMORY = ofLong("buffer.memory", 33_554_432L).atLeast(1024)
            .doc("Memory, outside the heap, for records that are not acknowledged yet, in bytes.");
    public static final Setting<Long> MAX_BLOCK_MS = ofLong("max.block.ms", 60_000L).atLeast(0)
            .doc("How long to wait in send for memory, and for a topic to be known, in milliseconds.");
    public static final Setting<Integer> MAX_REQUEST_SIZE = ofInt("max.request.size", 1_048_576).atLeast(1)
            .doc("The most bytes that a record may have, and that the batches of one request should have.");
    public static final Setting<String> COMPRESSION = ofString("compression.type", "none")
            .oneOf("none", "gzip", "snappy", "lz4", "zstd")
            .doc("How batches are compressed; each codec but gzip needs its library on the class path.");
    public static final Setting<Integer> GZIP_LEVEL = ofInt("compression.gzip.level", -1).between(-1, 9)
            .doc("The level of gzip.");
    public static final Setting<Integer> LZ4_LEVEL = ofInt("compression.lz4.level", 9).between(1, 17)
            .doc("The level of lz4.");
    public static final Setting<Integer> ZSTD_LEVEL = ofInt("compression.zstd.level", 3)
            .between(-131_072, 22).doc("The level of zstd.");
    public static final Setting<String> PARTITIONER = ofString("partitioner.class", null)
            .doc("The class of a partitioner of your own.");
    public static final Setting<Boolean> IGNORE_KEYS = ofBoolean("partitioner.ignore.keys", false)
            .doc("Whether records with a key are spread like those without.");
    public static final Setting<Boolean> ADAPTIVE = ofBoolean("partitioner.adaptive.partitioning.enable",
            true)
            .doc("Whether records without a key rather go where fewer batches wait.");
    public static final Setting<List<String>> INTERCEPTORS = ofList("interceptor.classes")
            .doc("The classes of interceptors, in the order in which they see a record.");
    public static final Setting<String> TRANSACTIONAL_ID = ofString("transactional.id", null)
            .must("unset: transactions are not offered yet", id -> false)
            .doc("The name of a transactional producer. Not offered yet.");

    /** All settings that a producer understands. */
    public static final SettingCatalog CATALOG = catalog();

    private ProducerSettings() {}

    private static SettingCatalog catalog() {
        var all = new ArrayList<>(ClientSettings.all());
        all.addAll(List.of(KEY_SERIALIZER, VALUE_SERIALIZER, ACKS, IDEMPOTENCE, MAX_IN_FLIGHT, RETRIES,
                DELIVERY_TIMEOUT_MS, LINGER_MS, BATCH_SIZE, BUFFER_MEMORY, MAX_BLOCK_MS, MAX_REQUEST_SIZE,
                COMPRESSION, GZIP_LEVEL, LZ4_LEVEL, ZSTD_LEVEL, PARTITIONER, IGNORE_KEYS, ADAPTIVE,
                INTERCEPTORS, TRANSACTIONAL_ID));
        return new SettingCatalog(all);
    }

    /** What the settings say about sending; throws {@link SettingException} if they contradict each other. */
    static SendRules rules(Settings settings) {
        var compression = Compression.named(settings.get(COMPRESSION));
        long lingerMs = settings.get(LINGER_MS);
        return new SendRules(acks(settings), isIdempotent(settings), settings.get(MAX_IN_FLIGHT),
                settings.get(MAX_REQUEST_SIZE), settings.get(RETRIES),
                TimeUnit.MILLISECONDS.toNanos(lingerMs),
                TimeUnit.MILLISECONDS.toNanos(deliveryTimeoutMs(settings, lingerMs)),
                settings.get(ClientSettings.REQUEST_TIMEOUT_MS), ClientSettings.retryBackoff(settings),
                compression, level(settings, compression));
    }

    private static short acks(Settings settings) {
        return switch (settings.get(ACKS)) {
            case "0" -> 0;
            case "1" -> 1;
            default -> -1;
        };
    }

    private static boolean isIdempotent(Settings settings) {
        boolean isPossible = acks(settings) == -1 && settings.get(RETRIES) > 0
                && settings.get(MAX_IN_FLIGHT) <= MOST_IN_FLIGHT_IN_ORDER;
        if (settings.get(IDEMPOTENCE) && settings.isGiven(IDEMPOTENCE) && !isPossible) {
            throw new SettingException("enable.idempotence=true needs acks=all, retries above 0 and at most "
                    + MOST_IN_FLIGHT_IN_ORDER + " max.in.flight.requests.per.connection");
        }
        return settings.get(IDEMPOTENCE) && isPossible;
    }

    private static long deliveryTimeoutMs(Settings settings, long lingerMs) {
        long leastMs = lingerMs + settings.get(ClientSettings.REQUEST_TIMEOUT_MS);
        long givenMs = settings.get(DELIVERY_TIMEOUT_MS);
        if (givenMs < leastMs && settings.isGiven(DELIVERY_TIMEOUT_MS)) {
            throw new SettingException("delivery.timeout.ms=" + givenMs
                    + " must be at least linger.ms and request.timeout.ms together, " + leastMs);
        }
        return Math.max(givenMs, leastMs);
    }

    private static int level(Settings settings, Compression compression) {
        return switch (compression) {
            case GZIP -> settings.get(GZIP_LEVEL);
            case LZ4 -> settings.get(LZ4_LEVEL);
            case ZSTD -> settings.get(ZSTD_LEVEL);
            case NONE, SNAPPY -> compression.defaultLevel();
        };
    }
}
