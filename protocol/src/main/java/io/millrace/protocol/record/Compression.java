package io.millrace.protocol.record;

/** The codecs of a batch's records: bits 0-2 of its attributes hold the id. */
public enum Compression {
    NONE(0, "none"),
    GZIP(1, "gzip"),
    SNAPPY(2, "snappy"),
    LZ4(3, "lz4"),
    ZSTD(4, "zstd");

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String settingValue;

    Compression(int id, String settingValue) {
        this.id = id;
        this.settingValue = settingValue;
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

    public int id() {
        return id;
    }

    /** The value of {@code compression.type} that selects it. */
    public String settingValue() {
        return settingValue;
    }
}
