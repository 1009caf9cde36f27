package io.millrace.admin.cluster;

/** A broker and where it says that clients reach it; the rack is null if it has none. A fenced one is not in service. */
public record BrokerDescription(int id, String host, int port, String rack, boolean isFenced) {

    @Override
    public String toString() {
        return host + ":" + port + " (id: " + id + " rack: " + rack + " isFenced: " + isFenced + ")";
    }
}
