package io.millrace.protocol.record;

/** Who stamps the records of a batch: bit 3 of its attributes. */
public enum TimestampType {
    /** The producer's clock, kept as sent. */
    CREATE_TIME("CreateTime"),
    /** The leader's clock at the append; all records of the batch share it. */
    LOG_APPEND_TIME("LogAppendTime");

    private final String settingValue;

    TimestampType(String settingValue) {
        this.settingValue = settingValue;
    }

    /** The value of {@code message.timestamp.type} that selects it. */
    public String settingValue() {
        return settingValue;
    }
}
