package io.millrace.admin.config;

/** Whose settings are meant: a topic, a group, or a broker by its id, all brokers if the name is empty. */
public record ConfigResource(Type type, String name) {

    /** The kinds of resources, with their codes in the protocol. */
    public enum Type {
        TOPIC(2), BROKER(4), BROKER_LOGGER(8), CLIENT_METRICS(16), GROUP(32);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }
    }

    public static ConfigResource topic(String name) {
        return new ConfigResource(Type.TOPIC, name);
    }

    public static ConfigResource broker(int id) {
        return new ConfigResource(Type.BROKER, Integer.toString(id));
    }

    /** The settings that hold for every broker that has none of its own. */
    public static ConfigResource everyBroker() {
        return new ConfigResource(Type.BROKER, "");
    }

    /** The id of the one broker that can tell, or -1 if any can. */
    int onlyBroker() {
        boolean isOwn = type == Type.BROKER || type == Type.BROKER_LOGGER;
        return isOwn && !name.isEmpty() ? Integer.parseInt(name) : -1;
    }
}
