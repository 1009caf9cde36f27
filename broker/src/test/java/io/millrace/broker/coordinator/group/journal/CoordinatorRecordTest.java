package io.millrace.broker.coordinator.group.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The expected bytes were written by the classes in kafka-group-coordinator 4.3.1. */
class CoordinatorRecordTest {
    private static final String OFFSET_KEY = "0001000567726f75700005746f70696300000003";
    private static final String GROUP_KEY = "0002000567726f7570";
    private static final String OFFSET_V4 = "0004000000000000002a00000007056e6f74650000018bcfe568000100100000"
            + "0000000000070000000000000007";
    private static final String OFFSET_V1 = "0001000000000000002a00046e6f74650000018bcfe568000000018bcfee8fc0";
    private static final String OFFSET_V3 = "0003000000000000002a0000000700046e6f74650000018bcfe56800";
    private static final String GROUP_V3 = "00030008636f6e73756d657200000005000572616e676500026d310000018bcfe5"
            + "68000000000100026d3100026931000163000a2f3132372e302e302e3100007530000027100000000201020000000103";
    private static final String GROUP_V0 = "00000008636f6e73756d657200000005000572616e676500026d310000000100"
            + "026d31000163000a2f3132372e302e302e31000027100000000201020000000103";
    private static final String GROUP_V4 = "000409636f6e73756d6572000000050672616e6765036d310000018bcfe56800"
            + "02036d3103693102630b2f3132372e302e302e31000075300000271003010202030000";
    private static final String EMPTY_V3 = "00030008636f6e73756d657200000006ffffffff0000018bcfe5680000000000";
    private static final long TIME_MS = 1_700_000_000_000L;

    private final OffsetCommitKey offsetKey = new OffsetCommitKey("group", "topic", 3);
    private final GroupMetadataKey groupKey = new GroupMetadataKey("group");

    private static OffsetCommitValue offset(int leaderEpoch, long expireMs, Uuid topicId) {
        return new OffsetCommitValue(42, leaderEpoch, "note", TIME_MS, expireMs, topicId);
    }

    private static GroupMetadataValue group(long sinceMs, String instanceId, int rebalanceTimeoutMs) {
        return new GroupMetadataValue("consumer", 5, "range", "m1", sinceMs,
                List.of(new GroupMetadataValue.Member("m1", instanceId, "c", "/127.0.0.1", rebalanceTimeoutMs,
                        10_000, Bytes.copyOf(new byte[] {1, 2}), Bytes.copyOf(new byte[] {3}))));
    }

    @Test
    void writesWhatKafkaWrites() {
        assertEncoded(new CoordinatorRecord.OffsetCommit(offsetKey, offset(7, -1, new Uuid(7, 7))),
                OFFSET_KEY, OFFSET_V4);
        assertEncoded(
                new CoordinatorRecord.OffsetCommit(offsetKey, offset(7, TIME_MS + 600_000, new Uuid(7, 7))),
                OFFSET_KEY, OFFSET_V1);
        assertEncoded(new CoordinatorRecord.GroupMetadata(groupKey, group(TIME_MS, "i1", 30_000)),
                GROUP_KEY, GROUP_V3);
        assertEncoded(new CoordinatorRecord.GroupMetadata(groupKey,
                new GroupMetadataValue("consumer", 6, null, null, TIME_MS, List.of())), GROUP_KEY, EMPTY_V3);
        assertThat(new CoordinatorRecord.OffsetCommit(offsetKey, null).encode().value()).isNull();
    }

    private static void assertEncoded(CoordinatorRecord record, String key, String value) {
        var encoded = record.encode();
        assertThat(HexFormat.of().formatHex(encoded.key().toArray())).isEqualTo(key);
        assertThat(HexFormat.of().formatHex(encoded.value().toArray())).isEqualTo(value);
        assertThat(decode(key, value)).as("read back").isNotInstanceOf(CoordinatorRecord.Foreign.class);
    }

    @Test
    void readsEveryVersionThatKafkaEverWrote() {
        assertThat(decode(OFFSET_KEY, OFFSET_V3))
                .isEqualTo(new CoordinatorRecord.OffsetCommit(offsetKey, offset(7, -1, Uuid.ZERO)));
        assertThat(decode("0000" + OFFSET_KEY.substring(4), OFFSET_V1)).isEqualTo(
                new CoordinatorRecord.OffsetCommit(offsetKey, offset(-1, TIME_MS + 600_000, Uuid.ZERO)));
        assertThat(decode(GROUP_KEY, GROUP_V0))
                .isEqualTo(new CoordinatorRecord.GroupMetadata(groupKey, group(-1, null, -1)));
        assertThat(decode(GROUP_KEY, GROUP_V4))
                .isEqualTo(new CoordinatorRecord.GroupMetadata(groupKey, group(TIME_MS, "i1", 30_000)));
        assertThat(decode("0003000567726f7570", null)).isEqualTo(new CoordinatorRecord.Foreign(3));
    }

    @Test
    void damagedRecordsAreMalformedAndNothingElse() {
        assertThatThrownBy(() -> decode("00", null)).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> decode(OFFSET_KEY, "0005")).isInstanceOf(MalformedMessageException.class);
        var random = new Random(42);
        for (var value : List.of(OFFSET_V4, OFFSET_V1, GROUP_V3, GROUP_V4)) {
            var key = value.equals(OFFSET_V4) || value.equals(OFFSET_V1) ? OFFSET_KEY : GROUP_KEY;
            for (int i = 0; i < 2_000; i++) {
                var bytes = HexFormat.of().parseHex(value);
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                int length = random.nextInt(bytes.length + 1);
                try {
                    CoordinatorRecord.decode(Unpooled.wrappedBuffer(HexFormat.of().parseHex(key)),
                            Unpooled.wrappedBuffer(bytes, 0, length));
                } catch (MalformedMessageException e) {
                    assertThat(e).hasMessageContaining("");
                }
            }
        }
    }

    private static CoordinatorRecord decode(String key, String value) {
        return CoordinatorRecord.decode(Unpooled.wrappedBuffer(HexFormat.of().parseHex(key)),
                value == null ? null : Unpooled.wrappedBuffer(HexFormat.of().parseHex(value)));
    }
}
