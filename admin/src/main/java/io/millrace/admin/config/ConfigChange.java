package io.millrace.admin.config;

/** What is done to one setting; the value is null where it is deleted. */
public record ConfigChange(String name, Operation operation, String value) {

    /** The operations, in the order of their codes in the protocol; the last two are for lists. */
    public enum Operation {
        SET, DELETE, APPEND, SUBTRACT
    }

    public static ConfigChange set(String name, String value) {
        return new ConfigChange(name, Operation.SET, value);
    }

    /** Back to the default. */
    public static ConfigChange delete(String name) {
        return new ConfigChange(name, Operation.DELETE, null);
    }
}
