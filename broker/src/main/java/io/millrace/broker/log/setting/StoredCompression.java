package io.millrace.broker.log.setting;

import io.millrace.protocol.record.Compression;
import io.millrace.protocol.setting.Settings;

/** How a topic wants its batches compressed: in one codec at a level, or, with no codec, as they were sent. */
public record StoredCompression(Compression codec, int level) {
    private static final String AS_PRODUCED = "producer";
    private static final String UNCOMPRESSED = "uncompressed";

    static StoredCompression of(Settings topic) {
        var type = topic.get(TopicSettings.COMPRESSION_TYPE);
        if (type.equals(AS_PRODUCED)) {
            return new StoredCompression(null, 0);
        }
        var codec = type.equals(UNCOMPRESSED) ? Compression.NONE : Compression.named(type);
        return new StoredCompression(codec, level(codec, topic));
    }

    private static int level(Compression codec, Settings topic) {
        return switch (codec) {
            case GZIP -> topic.get(TopicSettings.COMPRESSION_GZIP_LEVEL);
            case LZ4 -> topic.get(TopicSettings.COMPRESSION_LZ4_LEVEL);
            case ZSTD -> topic.get(TopicSettings.COMPRESSION_ZSTD_LEVEL);
            case NONE, SNAPPY -> codec.defaultLevel();
        };
    }

    /** Whether a batch with this codec is stored in another one; one with the same is kept, whatever its level. */
    public boolean changes(Compression sent) {
        return codec != null && codec != sent;
    }
}
