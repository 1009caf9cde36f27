package io.millrace.protocol.setting;

/** When a changed value takes effect. */
public enum Reload {
    /** Only when the process starts. */
    AT_START,
    /** At run time, for one broker alone. */
    PER_BROKER,
    /** At run time, for one broker or as a default of the whole cluster. */
    CLUSTER_WIDE
}
