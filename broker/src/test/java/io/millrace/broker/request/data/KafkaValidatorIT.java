package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.clients.ChildProcess;
import io.millrace.broker.clients.ThirdParty;
import io.millrace.protocol.record.BatchRules;
import io.millrace.protocol.record.BatchValidator;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.record.TimestampType;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same batches, good and bad, shown to Apache Kafka's checks and to ours: both say the same. */
class KafkaValidatorIT {
    private static final String ATTRIBUTES = "attributes";
    private static final String IN_RECORDS = "a bit of the records";
    private static final int CASES = 20_000;
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final long BEFORE_MS = 1_000_000;
    private static final long AFTER_MS = 3_600_000;
    private static final List<Compression> CODECS = List.of(Compression.NONE, Compression.NONE,
            Compression.NONE,
            Compression.gzip().build(), Compression.lz4().build(), Compression.zstd().build(),
            Compression.snappy().build());

    @TempDir Path folder;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What was done to a good batch, and its bytes. */
    private record Case(String change, byte[] bytes) {}

    @Test
    void saysOfEachBatchWhatKafkaSays() throws IOException {
        for (boolean isCompacted : new boolean[] {false, true}) {
            var cases = new ArrayList<Case>();
            for (int i = 0; i < CASES; i++) {
                cases.add(next());
            }
            compare(cases, isCompacted);
        }
    }

    private void compare(List<Case> cases, boolean isCompacted) throws IOException {
        var file = folder.resolve("batches-" + isCompacted);
        try (var out = new DataOutputStream(Files.newOutputStream(file))) {
            for (var each : cases) {
                out.writeInt(each.bytes.length);
                out.write(each.bytes);
            }
        }
        var answers = ChildProcess.run(ThirdParty.javaSource(ThirdParty.KAFKA, "ValidateWithKafka.java",
                List.of(file.toString(), Long.toString(NOW_MS), Boolean.toString(isCompacted),
                        Long.toString(BEFORE_MS), Long.toString(AFTER_MS))),
                "", Duration.ofMinutes(2)).lines().toList();
        assertThat(answers).hasSameSizeAs(cases);
        var differences = new TreeMap<String, String>();
        var rules = new BatchRules(isCompacted, TimestampType.CREATE_TIME, BEFORE_MS, AFTER_MS,
                RecordLimits.NONE);
        try (var validator = new BatchValidator(PooledByteBufAllocator.DEFAULT)) {
            for (int i = 0; i < cases.size(); i++) {
                var bytes = cases.get(i).bytes;
                var said = validator.check(Unpooled.wrappedBuffer(bytes), 0, bytes.length, rules, NOW_MS);
                if (!agree(answers.get(i), said, cases.get(i))) {
                    differences.merge(cases.get(i).change + ": Kafka says " + answers.get(i) + ", we " + said
                            + " (" + validator.message() + ")", "1", (a, b) -> a + "1");
                }
            }
        }
        assertThat(differences.keySet()).as("seed %d, compacted: %s", seed, isCompacted).isEmpty();
    }

    /**
     * Whatever Kafka refuses is refused. Some liberties are taken: records of a bad form are refused although Kafka does
     * not look at all of theirs, and before their timestamps; so are attributes that no producer may set, which Kafka
     * finds later or leaves in; and where Kafka fails in an unforeseen way, there is an error by name.
     */
    private static boolean agree(String kafkas, ErrorCode ours, Case shown) {
        boolean isStricter = shown.change.equals(IN_RECORDS) && ours == ErrorCode.INVALID_RECORD
                || shown.change.equals(ATTRIBUTES)
                        && (ours == ErrorCode.INVALID_RECORD || ours == ErrorCode.INVALID_TIMESTAMP);
        boolean isForeseen = kafkas.equals("UNKNOWN_SERVER_ERROR") && ours != ErrorCode.NONE;
        return ours.name().equals(kafkas) || isStricter || isForeseen;
    }

    private Case next() {
        byte[] bytes = good();
        int kind = random.nextInt(14);
        if (kind < 4) {
            return new Case("nothing", bytes);
        }
        if (kind < 7) {
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            return new Case("a bit", bytes);
        }
        if (kind == 7) {
            return new Case("cut off", Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
        return changedField(bytes, kind);
    }

    private Case changedField(byte[] bytes, int kind) {
        var batch = ByteBuffer.wrap(bytes);
        String name;
        switch (kind) {
            case 8 -> {
                name = ATTRIBUTES;
                batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) (batch.getShort(RecordBatch.ATTRIBUTES_AT)
                        ^ 1 << random.nextInt(7)));
            }
            case 9 -> {
                name = "last offset delta";
                batch.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, random.nextInt(12) - 1);
            }
            case 10 -> {
                name = "record count";
                batch.putInt(RecordBatch.HEADER_BYTES - Integer.BYTES, random.nextInt(12) - 1);
            }
            case 11 -> {
                name = "base offset";
                batch.putLong(0, random.nextInt(3) - 1);
            }
            case 12 -> {
                name = "magic";
                batch.put(RecordBatch.MAGIC_AT, (byte) (random.nextInt(6) - 1));
            }
            default -> {
                name = IN_RECORDS;
                int at = RecordBatch.HEADER_BYTES + random.nextInt(bytes.length - RecordBatch.HEADER_BYTES);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        var crc = new CRC32C();
        crc.update(bytes, RecordBatch.ATTRIBUTES_AT, bytes.length - RecordBatch.ATTRIBUTES_AT);
        batch.putInt(RecordBatch.ATTRIBUTES_AT - 4, (int) crc.getValue());
        return new Case(name, bytes);
    }

    private byte[] good() {
        var records = new SimpleRecord[1 + random.nextInt(10)];
        boolean isOff = random.nextInt(10) == 0;
        boolean areKeysMissing = random.nextInt(3) == 0;
        for (int i = 0; i < records.length; i++) {
            long timestampMs = NOW_MS
                    + (isOff ? random.nextInt(8_000_000) - 4_000_000 : random.nextInt(1000));
            byte[] key = areKeysMissing && random.nextBoolean() ? null : new byte[random.nextInt(20)];
            byte[] value = random.nextInt(8) == 0 ? null : new byte[random.nextInt(300)];
            Header[] headers = random.nextInt(4) > 0 ? new Header[0]
                    : new Header[] {
                        new RecordHeader("name", random.nextBoolean() ? null : new byte[] {1, 2})};
            records[i] = new SimpleRecord(timestampMs, key, value, headers);
        }
        var codec = CODECS.get(random.nextInt(CODECS.size()));
        var memory = switch (random.nextInt(3)) {
            case 0 -> MemoryRecords.withIdempotentRecords(codec, 5, (short) 0, random.nextInt(9), records);
            case 1 -> MemoryRecords.withTransactionalRecords(codec, 5, (short) 0, random.nextInt(9), records);
            default -> MemoryRecords.withRecords(codec, records);
        };
        byte[] bytes = new byte[memory.sizeInBytes()];
        memory.buffer().duplicate().get(bytes);
        return bytes;
    }
}
