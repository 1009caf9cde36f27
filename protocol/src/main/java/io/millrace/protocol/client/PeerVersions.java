package io.millrace.protocol.client;

import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.wire.ApiKey;
import java.util.Arrays;

/** The versions of each API that both ends speak. Immutable. */
public final class PeerVersions {
    /** The peer does not have the API, or no version of it in common with us. */
    public static final short NONE = -1;

    private final short[] lowest = new short[ApiKey.values().length];
    private final short[] highest = new short[ApiKey.values().length];

    PeerVersions(ApiVersions.Response response) {
        Arrays.fill(lowest, Short.MAX_VALUE);
        Arrays.fill(highest, NONE);
        for (var offered : response.apiKeys()) {
            var api = ApiKey.of(offered.apiKey());
            if (api != null) {
                lowest[api.ordinal()] = (short) Math.max(api.minVersion(), offered.minVersion());
                highest[api.ordinal()] = (short) Math.min(api.maxVersion(), offered.maxVersion());
            }
        }
    }

    /** The highest common version, or {@link #NONE}. */
    public short highest(ApiKey api) {
        int ordinal = api.ordinal();
        return lowest[ordinal] <= highest[ordinal] ? highest[ordinal] : NONE;
    }

    public boolean speaks(ApiKey api, int version) {
        return version >= lowest[api.ordinal()] && version <= highest[api.ordinal()];
    }
}
