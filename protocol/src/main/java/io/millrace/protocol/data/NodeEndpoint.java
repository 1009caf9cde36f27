package io.millrace.protocol.data;

import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Varint;
import java.util.ArrayList;
import java.util.List;

/** Where a broker named in a {@link CurrentLeader} listens (KIP-951); the rack may be null. */
public record NodeEndpoint(int nodeId, String host, int port, String rack) {
    private static final int TAG = 0;
    private static final int MIN_BYTES = 11;

    /** Reads the tagged fields that end a response. */
    static List<NodeEndpoint> readTagged(FieldReader reader) {
        var endpoints = new ArrayList<NodeEndpoint>();
        for (int left = reader.tagCount(); left > 0; left--) {
            if (reader.beginTag() == TAG) {
                for (int i = reader.count(MIN_BYTES); i > 0; i--) {
                    endpoints.add(read(reader));
                }
            }
            reader.endTag();
        }
        return endpoints;
    }

    /** Writes the tagged fields that end a response: the endpoints, unless there are none. */
    static void writeTagged(FieldWriter writer, List<NodeEndpoint> endpoints) {
        writer.tagCount(endpoints.isEmpty() ? 0 : 1);
        if (endpoints.isEmpty()) {
            return;
        }
        int sizeBytes = Varint.sizeOfUnsigned(endpoints.size() + 1);
        for (var endpoint : endpoints) {
            sizeBytes += endpoint.sizeBytes();
        }
        writer.tag(TAG, sizeBytes);
        writer.count(endpoints.size());
        for (var endpoint : endpoints) {
            endpoint.write(writer);
        }
    }

    private static NodeEndpoint read(FieldReader reader) {
        var endpoint = new NodeEndpoint(reader.int32(), reader.text(), reader.int32(), reader.nullableText());
        reader.skipTags();
        return endpoint;
    }

    private void write(FieldWriter writer) {
        writer.int32(nodeId);
        writer.text(host);
        writer.int32(port);
        writer.nullableText(rack);
        writer.noTags();
    }

    private int sizeBytes() {
        int textBytes = FieldWriter.compactSizeBytes(host) + FieldWriter.compactSizeBytes(rack);
        return 2 * Integer.BYTES + textBytes + 1;
    }
}
