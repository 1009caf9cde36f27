package io.millrace.admin.group;

/** A group, with what its kind is called in the protocol; texts are empty where the broker does not say. */
public record GroupListing(String groupId, String protocolType, String state, String type) {
    /** The protocol type of groups of consumers. */
    public static final String CONSUMER = "consumer";

    /** Whether consumers are in it; a group with offsets alone counts too. */
    public boolean isOfConsumers() {
        return protocolType.equals(CONSUMER) || protocolType.isEmpty();
    }
}
