package io.millrace.admin.command.line;

/** The end of a tool that cannot do what it was asked to: the message is all that the user is shown. */
public final class ToolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isUsage;

    private ToolFailure(String message, boolean isUsage) {
        super(message, null, false, false);
        this.isUsage = isUsage;
    }

    public static ToolFailure of(String message) {
        return new ToolFailure(message, false);
    }

    /** The flags make no sense: the user is shown them all. */
    public static ToolFailure usage(String message) {
        return new ToolFailure(message, true);
    }

    /** A flag is missing, in the words of Kafka's tools; its name is without dashes. */
    public static ToolFailure missing(String flag) {
        return usage("Missing required argument \"[" + flag + "]\"");
    }

    boolean isUsage() {
        return isUsage;
    }
}
