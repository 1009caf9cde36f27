package io.millrace.broker.metadata;

import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Tagged;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * A live broker. Its epoch rises with each registration, its incarnation is new in each process;
 * {@code cleanShutdownEpoch} is the epoch of a predecessor all of whose records are still there, or -1. A draining
 * broker is about to stop: it leads nothing that another can lead.
 */
public record BrokerRegistration(
        int id,
        long epoch,
        Uuid incarnation,
        List<Endpoint> endpoints,
        @Nullable String rack,
        long cleanShutdownEpoch,
        @Tagged(0) boolean draining) {

    public BrokerRegistration {
        endpoints = List.copyOf(endpoints);
    }

    /** A broker that is not about to stop. */
    public BrokerRegistration(int id, long epoch, Uuid incarnation, List<Endpoint> endpoints, String rack,
            long cleanShutdownEpoch) {
        this(id, epoch, incarnation, endpoints, rack, cleanShutdownEpoch, false);
    }

    /** Whether its logs may lack records that its predecessor held. */
    public boolean mayHaveLostRecords() {
        return cleanShutdownEpoch < 0;
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
