package io.millrace.broker.tool;

import io.millrace.broker.log.segment.BatchScan;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.Uuid;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Topics, configs and the next producer id as the metadata log of a stopped Kafka (KRaft) holds them: its newest
 * snapshot, then the records after that. Used by one thread. Source: KIP-631, KIP-630.
 * <pre>
 *   value of a record:  | frame version 1 | kind, varint | version, varint | fields |
 * </pre>
 */
final class KafkaMetadata {
    static final String FOLDER = "__cluster_metadata-0";

    private static final Pattern SNAPSHOT = Pattern.compile("([0-9]{20})-[0-9]{10}\\.checkpoint");
    private static final Pattern SEGMENT = Pattern.compile("[0-9]{20}\\.log");
    private static final int TOPIC = 2;
    private static final int PARTITION = 3;
    private static final int CONFIG = 4;
    private static final int REMOVE_TOPIC = 9;
    private static final int PRODUCER_IDS = 15;
    private static final byte TOPIC_RESOURCE = 2;

    private final Map<Uuid, Topic> topics = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> topicConfigs = new HashMap<>();
    private final RecordCursor records = new RecordCursor(UnpooledByteBufAllocator.DEFAULT);
    private final FieldReader fields = new FieldReader();
    private long nextProducerId;

    /** A topic with the brokers of each of its partitions. */
    record Topic(String name, Uuid id, Map<Integer, List<Integer>> replicas) {}

    /** Reads the metadata folder. Blocks. */
    static KafkaMetadata read(Path folder) throws IOException {
        var metadata = new KafkaMetadata();
        Path snapshot = null;
        try (var files = Files.list(folder)) {
            snapshot = files.filter(file -> SNAPSHOT.matcher(file.getFileName().toString()).matches())
                    .sorted().reduce((older, newer) -> newer).orElse(null);
        }
        long from = 0;
        if (snapshot != null) {
            var name = SNAPSHOT.matcher(snapshot.getFileName().toString());
            from = name.matches() ? Long.parseLong(name.group(1)) : 0;
            metadata.readFile(snapshot, 0);
        }
        try (var files = Files.list(folder)) {
            for (var log : files.filter(file -> SEGMENT.matcher(file.getFileName().toString()).matches())
                    .sorted().toList()) {
                metadata.readFile(log, from);
            }
        }
        return metadata;
    }

    /** Topics by id, in the order of their creation. */
    Iterable<Topic> topics() {
        return topics.values();
    }

    Map<String, String> configs(String topic) {
        return topicConfigs.getOrDefault(topic, Map.of());
    }

    /** The first producer id that was never given out. */
    long nextProducerId() {
        return nextProducerId;
    }

    /** A snapshot's offsets are its own; a log's records below {@code from} are in the snapshot. */
    private void readFile(Path file, long from) throws IOException {
        try (var scan = BatchScan.of(file, 0, Files.size(file))) {
            RecordBatch batch;
            while ((batch = scan.next()) != null) {
                if (!batch.isCrcValid()) {
                    throw new IOException("the metadata of Kafka is damaged: " + file + " at position "
                            + scan.position());
                }
                if (!batch.isControl() && batch.nextOffset() > from) {
                    readBatch(batch, from);
                }
            }
        }
    }

    private void readBatch(RecordBatch batch, long from) {
        try (var cursor = records.open(batch, RecordLimits.NONE)) {
            while (cursor.next()) {
                if (cursor.offset() >= from && cursor.hasValue()) {
                    apply(cursor.buffer().slice(cursor.valueIndex(), cursor.valueLength()));
                }
            }
        }
    }

    private void apply(ByteBuf value) {
        Varint.readUnsigned(value);
        int kind = Varint.readUnsigned(value);
        Varint.readUnsigned(value);
        fields.wrap(value, true);
        switch (kind) {
            case TOPIC -> {
                var name = fields.text();
                var id = fields.uuid();
                topics.put(id, new Topic(name, id, new TreeMap<>()));
            }
            case PARTITION -> {
                int index = fields.int32();
                var topic = topics.get(fields.uuid());
                if (topic != null) {
                    topic.replicas.put(index, brokerIds());
                }
            }
            case CONFIG -> applyConfig();
            case REMOVE_TOPIC -> {
                var gone = topics.remove(fields.uuid());
                if (gone != null) {
                    topicConfigs.remove(gone.name);
                }
            }
            case PRODUCER_IDS -> {
                fields.skip(Integer.BYTES + Long.BYTES);
                nextProducerId = Math.max(nextProducerId, fields.int64());
            }
            default -> {} // of a kind that says nothing of topics
        }
    }

    private List<Integer> brokerIds() {
        var ids = new Integer[fields.count(Integer.BYTES)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = fields.int32();
        }
        return List.of(ids);
    }

    private void applyConfig() {
        byte resourceType = fields.int8();
        var resource = fields.text();
        var name = fields.text();
        var value = fields.nullableText();
        if (resourceType == TOPIC_RESOURCE && value != null) {
            topicConfigs.computeIfAbsent(resource, key -> new TreeMap<>()).put(name, value);
        } else if (resourceType == TOPIC_RESOURCE && topicConfigs.containsKey(resource)) {
            topicConfigs.get(resource).remove(name);
        }
    }
}
