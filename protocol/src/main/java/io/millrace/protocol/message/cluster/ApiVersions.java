package io.millrace.protocol.message.cluster;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Tagged;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** The API versions and features that the broker offers; the first request on a connection. */
@Api(ApiKey.API_VERSIONS)
public interface ApiVersions {

    record Request(
            @Since(3) @Ignorable String clientSoftwareName,
            @Since(3) @Ignorable String clientSoftwareVersion,
            @Since(5) @Nullable @Ignorable @Default("null") String clusterId,
            @Since(5) @Ignorable @Default("-1") int nodeId) implements ApiRequest<Response> {}

    record Response(
            ErrorCode errorCode,
            List<ApiVersion> apiKeys,
            @Since(1) @Ignorable int throttleTimeMs,
            @Since(3) @Tagged(0) @Ignorable List<SupportedFeatureKey> supportedFeatures,
            @Since(3) @Tagged(1) @Ignorable @Default("-1") long finalizedFeaturesEpoch,
            @Since(3) @Tagged(2) @Ignorable List<FinalizedFeatureKey> finalizedFeatures,
            @Since(3) @Tagged(3) @Ignorable boolean zkMigrationReady) implements ApiMessage {

        public record ApiVersion(
                short apiKey,
                short minVersion,
                short maxVersion) {}

        public record SupportedFeatureKey(
                String name,
                short minVersion,
                short maxVersion) {}

        public record FinalizedFeatureKey(
                String name,
                short maxVersionLevel,
                short minVersionLevel) {}
    }
}
