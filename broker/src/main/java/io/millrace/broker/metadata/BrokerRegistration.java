package io.millrace.broker.metadata;

import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * A live broker. Its epoch rises with each registration, its incarnation is new in each process;
 * {@code cleanShutdownEpoch} is the epoch at which its predecessor closed its logs in order, or -1.
 */
public record BrokerRegistration(
        int id,
        long epoch,
        Uuid incarnation,
        List<Endpoint> endpoints,
        @Nullable String rack,
        long cleanShutdownEpoch) {

    public BrokerRegistration {
        endpoints = List.copyOf(endpoints);
    }

    /** The endpoint of this listener; null if the broker lacks it. */
    public Endpoint endpoint(String listener) {
        for (var endpoint : endpoints) {
            if (endpoint.listener().equals(listener)) {
                return endpoint;
            }
        }
        return null;
    }
}
