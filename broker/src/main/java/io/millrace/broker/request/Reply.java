package io.millrace.broker.request;

/** Where a handler puts its answer; may be called from any thread, once. */
@FunctionalInterface
public interface Reply<R> {
    void send(R response);
}
