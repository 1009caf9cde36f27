package io.millrace.protocol.record;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;

/**
 * The codecs of a batch's records: bits 0-2 of its attributes hold the id. A codec's library is loaded when it is first
 * used; without it, the others still work.
 */
public enum Compression {
    NONE(0, "none", 0, ""), GZIP(1, "gzip", -1, "the JDK"),
    SNAPPY(2, "snappy", 0, "org.xerial.snappy:snappy-java"),
    LZ4(3, "lz4", 9, "at.yawk.lz4:lz4-java"),
    ZSTD(4, "zstd", 3, "com.github.luben:zstd-jni");

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String settingValue;
    private final int defaultLevel;
    private final String artefact;

    Compression(int id, String settingValue, int defaultLevel, String artefact) {
        this.id = id;
        this.settingValue = settingValue;
        this.defaultLevel = defaultLevel;
        this.artefact = artefact;
    }

    public static boolean isKnown(int id) {
        return id >= 0 && id < BY_ID.length;
    }

    /** The codec with this id; an unknown one is an {@link IllegalArgumentException}. */
    public static Compression of(int id) {
        if (!isKnown(id)) {
            throw new IllegalArgumentException("unknown compression codec " + id);
        }
        return BY_ID[id];
    }

    /** The codec that a setting selects by this value; an unknown one is an {@link IllegalArgumentException}. */
    public static Compression named(String settingValue) {
        for (var codec : BY_ID) {
            if (codec.settingValue.equals(settingValue)) {
                return codec;
            }
        }
        throw new IllegalArgumentException("unknown compression codec " + settingValue);
    }

    public int id() {
        return id;
    }

    /** The value of {@code compression.type} that selects it. */
    public String settingValue() {
        return settingValue;
    }

    /** The level that Kafka's clients use unless told otherwise; meaningless where a codec has no levels. */
    public int defaultLevel() {
        return defaultLevel;
    }

    /** Fails with UNSUPPORTED_COMPRESSION_TYPE, naming the artefact, if the codec's library is missing or unusable. */
    Codec codec() {
        try {
            return switch (this) {
                case NONE -> throw new IllegalStateException("uncompressed records have no codec");
                case GZIP -> new GzipCodec();
                case SNAPPY -> new SnappyCodec();
                case LZ4 -> new Lz4Codec();
                case ZSTD -> new ZstdCodec();
            };
        } catch (LinkageError e) {
            throw new ApiException(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    settingValue + " needs a working " + artefact + " on the class path: " + e);
        }
    }
}
