package io.millrace.consumer.poll;

/** A wait of the consumer was ended by {@code wakeup()}. */
public final class WakeupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WakeupException() {
        super("woken up");
    }
}
