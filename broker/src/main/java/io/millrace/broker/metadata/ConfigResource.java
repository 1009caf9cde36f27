package io.millrace.broker.metadata;

/** What a dynamic config applies to; a broker's empty name stands for the default of all brokers. */
public record ConfigResource(Type type, String name) {

    /** Codes as in DescribeConfigs. */
    public enum Type {
        TOPIC(2),
        BROKER(4);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }

        /** Null for a code that is not known here. */
        public static Type of(int code) {
            return switch (code) {
                case 2 -> TOPIC;
                case 4 -> BROKER;
                default -> null;
            };
        }
    }

    /** The default of all brokers. */
    public static final ConfigResource ALL_BROKERS = new ConfigResource(Type.BROKER, "");

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int id) {
        return new ConfigResource(Type.BROKER, Integer.toString(id));
    }
}
