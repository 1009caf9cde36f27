package io.millrace.admin.cluster;

import io.millrace.admin.operation.Calls;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.cluster.UnregisterBroker;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Asks about brokers, and takes them off the cluster's list. Immutable, for any thread. */
public final class ClusterOperations {
    private static final byte BROKERS = 1;

    private final Calls calls;

    public ClusterOperations(Calls calls) {
        this.calls = calls;
    }

    /** With fenced brokers only if that is asked for and the cluster can tell. */
    public CompletableFuture<ClusterDescription> describe(boolean includesFenced) {
        return calls.any(new DescribeCluster.Request(false, BROKERS, includesFenced),
                DescribeCluster.Response::errorCode)
                .thenApply(ClusterOperations::description)
                .handle((known, failure) -> failure == null ? CompletableFuture.completedFuture(known)
                        : isNotSpoken(failure) ? describeByMetadata()
                                : CompletableFuture
                                        .<ClusterDescription>failedFuture(Calls.failureOf(failure)))
                .thenCompose(Function.identity());
    }

    private static boolean isNotSpoken(Throwable failure) {
        return Calls.failureOf(failure) instanceof ApiException refusal
                && refusal.errorCode() == ErrorCode.UNSUPPORTED_VERSION;
    }

    /** What brokers of before DescribeCluster, or of before fenced ones were shown, can say. */
    private CompletableFuture<ClusterDescription> describeByMetadata() {
        return calls.any(new Metadata.Request(List.of(), false, false, false))
                .thenApply(answer -> new ClusterDescription(answer.clusterId(), answer.controllerId(),
                        sorted(answer.brokers().stream().map(each -> new BrokerDescription(each.nodeId(),
                                each.host(), each.port(), each.rack(), false)).toList())));
    }

    private static ClusterDescription description(DescribeCluster.Response answer) {
        return new ClusterDescription(answer.clusterId(), answer.controllerId(),
                sorted(answer.brokers().stream().map(each -> new BrokerDescription(each.brokerId(),
                        each.host(), each.port(), each.rack(), each.isFenced())).toList()));
    }

    private static List<BrokerDescription> sorted(List<BrokerDescription> brokers) {
        return brokers.stream().sorted(Comparator.comparingInt(BrokerDescription::id)).toList();
    }

    /** The ids of the brokers that are in service. */
    public CompletableFuture<List<Integer>> brokerIds() {
        return describe(false).thenApply(cluster -> cluster.brokers().stream()
                .map(BrokerDescription::id).toList());
    }

    /** What one broker understands. */
    public CompletableFuture<BrokerVersions> versions(int brokerId) {
        return calls.node(brokerId, new ApiVersions.Request("millrace-admin", "1", null, -1))
                .thenApply(ClusterOperations::versions);
    }

    private static BrokerVersions versions(ApiVersions.Response answer) {
        if (answer.errorCode() != ErrorCode.NONE) {
            throw new ApiException(answer.errorCode(), "the broker does not say what it understands: "
                    + answer.errorCode());
        }
        var apis = new TreeMap<Integer, VersionRange>();
        answer.apiKeys().forEach(each -> apis.put((int) each.apiKey(),
                new VersionRange(each.minVersion(), each.maxVersion())));
        var supported = new TreeMap<String, VersionRange>();
        answer.supportedFeatures().forEach(each -> supported.put(each.name(),
                new VersionRange(each.minVersion(), each.maxVersion())));
        var settled = new TreeMap<String, VersionRange>();
        answer.finalizedFeatures().forEach(each -> settled.put(each.name(),
                new VersionRange(each.minVersionLevel(), each.maxVersionLevel())));
        return new BrokerVersions(apis, supported, settled);
    }

    /** Says that a broker that was stopped will not come back. */
    public CompletableFuture<Void> unregister(int brokerId) {
        return calls.controller(new UnregisterBroker.Request(brokerId), UnregisterBroker.Response::errorCode)
                .thenAccept(answer -> {
                    if (answer.errorCode() != ErrorCode.NONE) {
                        throw new ApiException(answer.errorCode(), answer.errorMessage() == null
                                ? "broker " + brokerId + ": " + answer.errorCode()
                                : answer.errorMessage());
                    }
                });
    }
}
