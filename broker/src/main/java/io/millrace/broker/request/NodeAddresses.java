package io.millrace.broker.request;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.Endpoint;
import java.util.Set;

/** Which address of a broker a client is told: the one of the listener that the client itself uses. */
public final class NodeAddresses {
    private final int ownId;
    private final Set<String> advertisedListeners;

    /** {@code advertisedListeners} are those of this broker with an address of their own choice. */
    public NodeAddresses(int ownId, Set<String> advertisedListeners) {
        this.ownId = ownId;
        this.advertisedListeners = Set.copyOf(advertisedListeners);
    }

    /** The broker's endpoint for this client; null if the broker lacks the listener. */
    public Endpoint of(BrokerRegistration broker, ConnectionInfo client) {
        var endpoint = broker.endpoint(client.listener());
        if (broker.id() != ownId || advertisedListeners.contains(client.listener())) {
            return endpoint;
        }
        var reached = client.local();
        return new Endpoint(client.listener(), endpoint == null ? "PLAINTEXT" : endpoint.securityProtocol(),
                reached.getAddress().getHostAddress(), reached.getPort());
    }
}
