package io.millrace.broker.request.cluster;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.request.AuthorizedOperations;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.function.Supplier;

/** Answers DescribeCluster from the image. */
public final class DescribeClusterHandler
        implements
            Handler<DescribeCluster.Request, DescribeCluster.Response> {
    private static final byte BROKERS = 1;

    private final Supplier<ClusterImage> image;
    private final NodeAddresses addresses;

    public DescribeClusterHandler(Supplier<ClusterImage> image, NodeAddresses addresses) {
        this.image = image;
        this.addresses = addresses;
    }

    @Override
    public void handle(
            DescribeCluster.Request request, Exchange exchange, Reply<DescribeCluster.Response> reply) {
        var current = image.get();
        if (request.endpointType() != BROKERS) {
            reply.send(new DescribeCluster.Response(0, ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                    "This listener describes brokers (endpoint type 1) only", request.endpointType(),
                    current.clusterId(), -1, new ArrayList<>(), AuthorizedOperations.NOT_ASKED));
            return;
        }
        var brokers = new ArrayList<DescribeCluster.Response.Broker>();
        for (var broker : current.brokers().values()) {
            var endpoint = addresses.of(broker, exchange.connection());
            if (endpoint != null) {
                brokers.add(new DescribeCluster.Response.Broker(
                        broker.id(), endpoint.host(), endpoint.port(), broker.rack(), false));
            }
        }
        reply.send(new DescribeCluster.Response(0, ErrorCode.NONE, null, BROKERS, current.clusterId(),
                current.controllerId(), brokers, request.includeClusterAuthorizedOperations()
                        ? AuthorizedOperations.CLUSTER
                        : AuthorizedOperations.NOT_ASKED));
    }
}
