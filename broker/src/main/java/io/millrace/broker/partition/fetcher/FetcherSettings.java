package io.millrace.broker.partition.fetcher;

import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofLong;

import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;

/** How a broker fetches what others lead, and how far a follower of its own may lag. */
public record FetcherSettings(
        int fetchersPerBroker,
        int partitionBytes,
        int responseBytes,
        int minBytes,
        int maxWaitMs,
        int backoffMs,
        long lagMs) {

    private static final Setting<Integer> FETCHERS = ofInt("num.replica.fetchers", 1).between(1, 64)
            .doc("Connections that fetch from each other broker, at most one a core loop.");
    private static final Setting<Integer> PARTITION_BYTES = ofInt("replica.fetch.max.bytes", 1 << 20)
            .atLeast(0)
            .doc("Bytes of one partition that a follower asks for at a time; one batch comes in any case.");
    private static final Setting<Integer> RESPONSE_BYTES = ofInt("replica.fetch.response.max.bytes", 10 << 20)
            .atLeast(0).doc("Bytes that a follower asks for at a time; one batch comes in any case.");
    private static final Setting<Integer> MIN_BYTES = ofInt("replica.fetch.min.bytes", 1).atLeast(0)
            .doc("Bytes for which the leader lets a follower wait.");
    private static final Setting<Integer> MAX_WAIT_MS = ofInt("replica.fetch.wait.max.ms", 500).atLeast(0)
            .doc("How long the leader lets a follower wait for new records.");
    private static final Setting<Integer> BACKOFF_MS = ofInt("replica.fetch.backoff.ms", 1000).atLeast(0)
            .doc("Pause of a follower after an error.");
    private static final Setting<Long> LAG_MS = ofLong("replica.lag.time.max.ms", 30_000L).atLeast(1L)
            .doc("A follower that did not have all of the leader's log for so long leaves the ISR.");

    public static final List<Setting<?>> ALL = List.of(FETCHERS, PARTITION_BYTES, RESPONSE_BYTES, MIN_BYTES,
            MAX_WAIT_MS, BACKOFF_MS, LAG_MS);

    public static FetcherSettings of(Settings settings) {
        return new FetcherSettings(settings.get(FETCHERS), settings.get(PARTITION_BYTES),
                settings.get(RESPONSE_BYTES), settings.get(MIN_BYTES), settings.get(MAX_WAIT_MS),
                settings.get(BACKOFF_MS), settings.get(LAG_MS));
    }
}
