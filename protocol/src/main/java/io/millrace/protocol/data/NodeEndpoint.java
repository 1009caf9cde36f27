package io.millrace.protocol.data;

/** Where a broker named in a {@link CurrentLeader} listens (KIP-951); the rack may be null. */
public record NodeEndpoint(int nodeId, String host, int port, String rack) {

    static NodeEndpoint read(FieldReader reader) {
        var endpoint = new NodeEndpoint(reader.int32(), reader.text(), reader.int32(), reader.nullableText());
        reader.skipTags();
        return endpoint;
    }
}
