package io.millrace.broker.metadata;

import java.util.List;
import java.util.function.Consumer;

/** Which brokers are registered now. */
public interface BrokerMembership {

    /** Feeds all registrations, now and after each change; on threads that the listener must not block. */
    void watch(Consumer<List<BrokerRegistration>> listener);
}
