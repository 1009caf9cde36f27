package io.millrace.broker.request.cluster;

import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.RawHandler;
import io.millrace.broker.request.ResponseFrame;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Answers ApiVersions, also in a version that is not spoken here: then with the range of ApiVersions alone,
 * so that the client can ask again (KIP-511).
 */
public final class ApiVersionsHandler implements RawHandler {
    private static final int FIRST_VERSION_WITH_SOFTWARE = 3;
    private static final int FIRST_VERSION_WITH_CLUSTER_CHECK = 5;
    private static final Pattern SOFTWARE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    private final Function<String, List<ApiKey>> offered;
    private final Supplier<String> clusterId;
    private final int brokerId;

    /** {@code offered} says what the clients of a listener are offered. */
    public ApiVersionsHandler(Function<String, List<ApiKey>> offered, Supplier<String> clusterId,
            int brokerId) {
        this.offered = offered;
        this.clusterId = clusterId;
        this.brokerId = brokerId;
    }

    @Override
    public void handle(ByteBuf frame, Exchange exchange) {
        if (!ApiKey.API_VERSIONS.supports(exchange.version())) {
            send(exchange, 0, answer(ErrorCode.UNSUPPORTED_VERSION, List.of(entry(ApiKey.API_VERSIONS))));
            return;
        }
        var request = Codec.of(ApiVersions.Request.class, exchange.version()).read(frame);
        var error = check(request, exchange.version());
        var entries = error == ErrorCode.NONE
                ? offered.apply(exchange.connection().listener()).stream().map(ApiVersionsHandler::entry)
                        .toList()
                : List.<ApiVersions.Response.ApiVersion>of();
        send(exchange, exchange.version(), answer(error, entries));
    }

    private ErrorCode check(ApiVersions.Request request, int version) {
        if (version >= FIRST_VERSION_WITH_SOFTWARE
                && !(SOFTWARE.matcher(request.clientSoftwareName()).matches()
                        && SOFTWARE.matcher(request.clientSoftwareVersion()).matches())) {
            return ErrorCode.INVALID_REQUEST;
        }
        if (version >= FIRST_VERSION_WITH_CLUSTER_CHECK) {
            boolean isOtherCluster = request.clusterId() != null
                    && !request.clusterId().equals(clusterId.get());
            boolean isOtherNode = request.nodeId() >= 0 && request.nodeId() != brokerId;
            return isOtherCluster || isOtherNode ? ErrorCode.REBOOTSTRAP_REQUIRED : ErrorCode.NONE;
        }
        return ErrorCode.NONE;
    }

    /** Produce is listed from version 0, as Kafka does: librdkafka before 2.11 reads its codecs off that. */
    private static ApiVersions.Response.ApiVersion entry(ApiKey key) {
        short min = key == ApiKey.PRODUCE ? 0 : key.minVersion();
        return new ApiVersions.Response.ApiVersion(key.code(), min, key.maxVersion());
    }

    private static ApiVersions.Response answer(
            ErrorCode error, List<ApiVersions.Response.ApiVersion> entries) {
        return new ApiVersions.Response(error, entries, 0, List.of(), -1, List.of(), false);
    }

    private static void send(Exchange exchange, int version, ApiVersions.Response answer) {
        var codec = Codec.of(ApiVersions.Response.class, version);
        exchange.respond(ResponseFrame.encode(exchange, codec, answer));
    }
}
