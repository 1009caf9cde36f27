package io.millrace.broker.log.setting;

import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;

/** How often a log directory is looked after, in Kafka's names. Immutable. */
public record DirectorySettings(
        long retentionCheckMs,
        long checkpointMs,
        long producerExpirationMs,
        long producerCheckMs,
        long reserveBytes) {

    public static final Setting<Long> RETENTION_CHECK_MS = Setting
            .ofLong("log.retention.check.interval.ms", 300_000L)
            .atLeast(1).doc("Time between two looks for segments that retention lets go.");
    public static final Setting<Long> CHECKPOINT_MS = Setting
            .ofLong("log.flush.offset.checkpoint.interval.ms", 60_000L).atLeast(1)
            .doc("Time between two writes of the offsets from which recovery and logs start.");
    public static final Setting<Long> PRODUCER_EXPIRATION_MS = Setting
            .ofLong("producer.id.expiration.ms", 86_400_000L)
            .atLeast(1).reload(Reload.CLUSTER_WIDE)
            .doc("How long a partition remembers an idempotent producer that sends nothing.");
    public static final Setting<Long> PRODUCER_CHECK_MS = Setting
            .ofLong("producer.id.expiration.check.interval.ms", 600_000L).atLeast(1)
            .doc("Time between two looks for producers that stayed idle.");

    public static final Setting<Long> RESERVE_BYTES = Setting
            .ofLong("log.dir.reserve.bytes", 64L << 20).atLeast(0)
            .doc("Space that each log directory holds back for its own checkpoints on a full disk; at most a"
                    + " sixteenth of the disk.");

    public static final Setting<Long> MOVE_BYTES_PER_SECOND = Setting
            .ofLong("replica.alter.log.dirs.io.max.bytes.per.second", Long.MAX_VALUE).atLeast(1)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Bytes a second that all replicas together may copy on their way to other log directories.");

    public static final List<Setting<?>> ALL = List.of(RETENTION_CHECK_MS, CHECKPOINT_MS,
            PRODUCER_EXPIRATION_MS,
            PRODUCER_CHECK_MS, RESERVE_BYTES, MOVE_BYTES_PER_SECOND);

    /** From the broker's settings, whose catalog has {@link #ALL}. */
    public static DirectorySettings of(Settings broker) {
        return new DirectorySettings(broker.get(RETENTION_CHECK_MS), broker.get(CHECKPOINT_MS),
                broker.get(PRODUCER_EXPIRATION_MS), broker.get(PRODUCER_CHECK_MS),
                broker.get(RESERVE_BYTES));
    }
}
