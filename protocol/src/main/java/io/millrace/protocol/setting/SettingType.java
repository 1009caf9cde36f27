package io.millrace.protocol.setting;

/** The type of a setting's value, with its code in DescribeConfigs (KIP-569). */
public enum SettingType {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    SHORT(4),
    LONG(5),
    DOUBLE(6),
    LIST(7),
    CLASS(8),
    PASSWORD(9);

    private final byte code;

    SettingType(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }
}
