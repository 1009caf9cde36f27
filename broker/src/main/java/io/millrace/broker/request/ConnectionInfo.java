package io.millrace.broker.request;

import java.net.InetSocketAddress;

/** Which listener a client reached, at which of our addresses, and from where. */
public record ConnectionInfo(String listener, InetSocketAddress local, InetSocketAddress remote) {

    /** The client's address without its port, as groups and logs name it. */
    public String clientHost() {
        return "/" + remote.getAddress().getHostAddress();
    }
}
