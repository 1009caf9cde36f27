package io.millrace.protocol.message.cluster;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * The cluster id, its controller and its brokers (KIP-700). Endpoint type 1 is brokers, 2 controllers. Authorized
 * operations are bits by operation code; the lowest int means not asked for.
 */
@Api(ApiKey.DESCRIBE_CLUSTER)
public interface DescribeCluster {

    record Request(
            boolean includeClusterAuthorizedOperations,
            @Since(1) @Default("1") byte endpointType,
            @Since(2) boolean includeFencedBrokers) implements ApiRequest<Response> {}

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            @Nullable @Default("null") String errorMessage,
            @Since(1) @Default("1") byte endpointType,
            String clusterId,
            @Default("-1") int controllerId,
            List<Broker> brokers,
            @Default("-2147483648") int clusterAuthorizedOperations) implements ApiMessage {

        public record Broker(
                int brokerId,
                String host,
                int port,
                @Nullable @Default("null") String rack,
                @Since(2) boolean isFenced) {}
    }
}
