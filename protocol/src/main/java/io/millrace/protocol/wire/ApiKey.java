package io.millrace.protocol.wire;

/**
 * The APIs, with the versions that are spoken here and the first one with compact lengths and tagged fields.
 * Source: https://kafka.apache.org/protocol#protocol_api_keys
 */
public enum ApiKey {
    PRODUCE(0, 3, 13, 9),
    FETCH(1, 4, 18, 12),
    LIST_OFFSETS(2, 1, 11, 6),
    METADATA(3, 0, 13, 9),
    OFFSET_COMMIT(8, 2, 10, 8),
    OFFSET_FETCH(9, 1, 10, 6),
    FIND_COORDINATOR(10, 0, 6, 3),
    JOIN_GROUP(11, 0, 9, 6),
    HEARTBEAT(12, 0, 4, 4),
    LEAVE_GROUP(13, 0, 5, 4),
    SYNC_GROUP(14, 0, 5, 4),
    DESCRIBE_GROUPS(15, 0, 6, 5),
    LIST_GROUPS(16, 0, 5, 3),
    API_VERSIONS(18, 0, 5, 3),
    CREATE_TOPICS(19, 2, 7, 5),
    DELETE_TOPICS(20, 1, 6, 4),
    DELETE_RECORDS(21, 0, 2, 2),
    INIT_PRODUCER_ID(22, 0, 5, 2),
    OFFSET_FOR_LEADER_EPOCH(23, 2, 4, 4),
    DESCRIBE_CONFIGS(32, 1, 4, 4),
    ALTER_REPLICA_LOG_DIRS(34, 1, 2, 2),
    DESCRIBE_LOG_DIRS(35, 1, 5, 2),
    CREATE_PARTITIONS(37, 0, 3, 2),
    DELETE_GROUPS(42, 0, 3, 2),
    ELECT_LEADERS(43, 0, 2, 2),
    INCREMENTAL_ALTER_CONFIGS(44, 0, 1, 1),
    ALTER_PARTITION_REASSIGNMENTS(45, 0, 1, 0),
    LIST_PARTITION_REASSIGNMENTS(46, 0, 0, 0),
    OFFSET_DELETE(47, 0, 0, Short.MAX_VALUE),
    ALTER_PARTITION(56, 2, 3, 0),
    ENVELOPE(58, 0, 0, 0),
    DESCRIBE_CLUSTER(60, 0, 2, 0),
    UNREGISTER_BROKER(64, 0, 0, 0),
    ALLOCATE_PRODUCER_IDS(67, 0, 0, 0),
    ASSIGN_REPLICAS_TO_DIRS(73, 0, 0, 0),
    DESCRIBE_TOPIC_PARTITIONS(75, 0, 0, 0),
    /** Of our own: only our brokers speak it, to each other. Kafka counts its keys from 0. */
    REPORT_UNREACHABLE(127, 0, 0, 0);

    private static final ApiKey[] BY_CODE = new ApiKey[128];

    static {
        for (var key : values()) {
            BY_CODE[key.code] = key;
        }
    }

    private final short code;
    private final short minVersion;
    private final short maxVersion;
    private final short firstFlexibleVersion;

    ApiKey(int code, int minVersion, int maxVersion, int firstFlexibleVersion) {
        this.code = (short) code;
        this.minVersion = (short) minVersion;
        this.maxVersion = (short) maxVersion;
        this.firstFlexibleVersion = (short) firstFlexibleVersion;
    }

    /** The API with this code, or null if it is not spoken here. */
    public static ApiKey of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    public short code() {
        return code;
    }

    public short minVersion() {
        return minVersion;
    }

    public short maxVersion() {
        return maxVersion;
    }

    /** First version with compact lengths and tagged fields; beyond {@link #maxVersion()} if there is none. */
    public short firstFlexibleVersion() {
        return firstFlexibleVersion;
    }

    /** Whether it is spoken here alone, and nowhere in Kafka. */
    public boolean isOurs() {
        return this == REPORT_UNREACHABLE;
    }

    public boolean supports(int version) {
        return version >= minVersion && version <= maxVersion;
    }

    public boolean isFlexible(int version) {
        return version >= firstFlexibleVersion;
    }

    /** 2 with tagged fields, else 1. */
    public int requestHeaderVersion(int version) {
        return isFlexible(version) ? 2 : 1;
    }

    /** 1 with tagged fields, else 0; always 0 for ApiVersions, whose answer must be readable before negotiation. */
    public int responseHeaderVersion(int version) {
        return this != API_VERSIONS && isFlexible(version) ? 1 : 0;
    }
}
