package io.millrace.broker.log.cleaner;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Batches as several producers might send them, by Kafka's own encoder: plain, idempotent and transactional ones, keys
 * that return, tombstones, records without key, every codec; and the markers that end transactions.
 */
final class RandomRecords {
    private static final int PRODUCERS = 6;
    private static final List<Compression> CODECS = List.of(Compression.NONE, Compression.NONE,
            Compression.gzip().build(),
            Compression.lz4().build(), Compression.zstd().build(), Compression.snappy().build());
    private static final Header[] NO_HEADERS = {};
    private static final Header[] HEADERS = {new RecordHeader("from", new byte[] {1, 2, 3})};

    private final Random random;
    private final int keys;
    private final int[] sequences = new int[PRODUCERS];
    private final short[] epochs = new short[PRODUCERS];
    private final Map<Integer, Boolean> open = new TreeMap<>();
    private long timestampMs = 1_000_000;

    RandomRecords(Random random, int keys) {
        this.random = random;
        this.keys = keys;
    }

    /** The next batch, at base offset 0. */
    RecordBatch next() {
        timestampMs += random.nextInt(20);
        int producer = random.nextInt(PRODUCERS);
        if (open.containsKey(producer) && random.nextInt(3) == 0) {
            return end(producer);
        }
        if (!open.containsKey(producer) && random.nextInt(40) == 0) {
            epochs[producer]++;
            sequences[producer] = 0;
        }
        var records = records();
        var codec = CODECS.get(random.nextInt(CODECS.size()));
        if (producer == 0) {
            return view(MemoryRecords.withRecords(codec, records));
        }
        int sequence = sequences[producer];
        sequences[producer] += records.length;
        if (producer == 1) {
            return view(MemoryRecords.withIdempotentRecords(codec, producer, epochs[producer], sequence,
                    records));
        }
        open.put(producer, true);
        return view(
                MemoryRecords.withTransactionalRecords(codec, producer, epochs[producer], sequence, records));
    }

    /** Ends what is open, so that all of it may be compacted. */
    List<RecordBatch> endAll() {
        var markers = new ArrayList<RecordBatch>();
        for (int producer : List.copyOf(open.keySet())) {
            markers.add(end(producer));
        }
        return markers;
    }

    private RecordBatch end(int producer) {
        open.remove(producer);
        var type = random.nextBoolean() ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        return view(MemoryRecords.withEndTransactionMarker(timestampMs, producer, epochs[producer],
                new EndTransactionMarker(type, 3)));
    }

    private SimpleRecord[] records() {
        var records = new SimpleRecord[1 + random.nextInt(8)];
        for (int i = 0; i < records.length; i++) {
            byte[] key = random.nextInt(50) == 0 ? null
                    : ("key-" + random.nextInt(keys)).getBytes(StandardCharsets.UTF_8);
            byte[] value = random.nextInt(6) == 0 ? null : new byte[random.nextInt(200)];
            if (value != null) {
                random.nextBytes(value);
            }
            records[i] = new SimpleRecord(timestampMs + i, key, value,
                    random.nextInt(4) == 0 ? HEADERS : NO_HEADERS);
        }
        return records;
    }

    static RecordBatch view(MemoryRecords records) {
        return new RecordBatch().wrap(Unpooled.wrappedBuffer(records.buffer()), 0);
    }
}
