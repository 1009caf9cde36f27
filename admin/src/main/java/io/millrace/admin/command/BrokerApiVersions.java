package io.millrace.admin.command;

import io.millrace.admin.cluster.BrokerVersions;
import io.millrace.admin.cluster.VersionRange;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.protocol.wire.ApiKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bin/millrace-broker-api-versions.sh}: the APIs of each broker, and which versions this client would use. */
@Command(name = "millrace-broker-api-versions.sh", sortOptions = false, description = "Shows which versions of which APIs the brokers speak.")
public final class BrokerApiVersions implements Tool {
    /** The names of the protocol's APIs by their keys; those that only controllers speak have none here. */
    private static final List<String> NAMES = List.of("Produce", "Fetch", "ListOffsets", "Metadata", "", "",
            "", "",
            "OffsetCommit", "OffsetFetch", "FindCoordinator", "JoinGroup", "Heartbeat", "LeaveGroup",
            "SyncGroup",
            "DescribeGroups", "ListGroups", "SaslHandshake", "ApiVersions", "CreateTopics", "DeleteTopics",
            "DeleteRecords", "InitProducerId", "OffsetForLeaderEpoch", "AddPartitionsToTxn",
            "AddOffsetsToTxn",
            "EndTxn", "WriteTxnMarkers", "TxnOffsetCommit", "DescribeAcls", "CreateAcls", "DeleteAcls",
            "DescribeConfigs", "AlterConfigs", "AlterReplicaLogDirs", "DescribeLogDirs", "SaslAuthenticate",
            "CreatePartitions", "CreateDelegationToken", "RenewDelegationToken", "ExpireDelegationToken",
            "DescribeDelegationToken", "DeleteGroups", "ElectLeaders", "IncrementalAlterConfigs",
            "AlterPartitionReassignments", "ListPartitionReassignments", "OffsetDelete",
            "DescribeClientQuotas",
            "AlterClientQuotas", "DescribeUserScramCredentials", "AlterUserScramCredentials", "", "", "",
            "DescribeQuorum", "", "UpdateFeatures", "", "", "DescribeCluster", "DescribeProducers", "", "",
            "UnregisterBroker", "DescribeTransactions", "ListTransactions", "", "ConsumerGroupHeartbeat",
            "ConsumerGroupDescribe", "", "GetTelemetrySubscriptions", "PushTelemetry", "",
            "ListConfigResources",
            "DescribeTopicPartitions", "ShareGroupHeartbeat", "ShareGroupDescribe", "ShareFetch",
            "ShareAcknowledge", "AddRaftVoter", "RemoveRaftVoter", "", "InitializeShareGroupState",
            "ReadShareGroupState", "WriteShareGroupState", "DeleteShareGroupState",
            "ReadShareGroupStateSummary",
            "StreamsGroupHeartbeat", "StreamsGroupDescribe", "DescribeShareGroupOffsets",
            "AlterShareGroupOffsets", "DeleteShareGroupOffsets");

    @Mixin private Cluster cluster = new Cluster();

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new BrokerApiVersions(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        try (var admin = cluster.open()) {
            for (var broker : ToolRun.await(admin.describeCluster()).brokers()) {
                var versions = ToolRun.await(admin.describeVersions(broker.id()));
                console.out().println(broker + " -> (");
                console.out().println(String.join("," + System.lineSeparator(), lines(versions)));
                console.out().println(")");
            }
            return 0;
        }
    }

    private static List<String> lines(BrokerVersions versions) {
        var lines = new TreeMap<Integer, String>();
        for (int key = 0; key < NAMES.size(); key++) {
            if (!NAMES.get(key).isEmpty()) {
                lines.put(key, "\t" + NAMES.get(key) + "(" + key + "): UNSUPPORTED");
            }
        }
        versions.apis().forEach((key, offered) -> lines.put(key, "\t" + name(key) + "(" + key + "): "
                + (offered.lowest() == offered.highest() ? offered.lowest()
                        : offered.lowest() + " to " + offered.highest())
                + " [" + usable(key, offered) + "]"));
        return new ArrayList<>(lines.values());
    }

    private static String name(int key) {
        return key < NAMES.size() && !NAMES.get(key).isEmpty() ? NAMES.get(key) : "UNKNOWN";
    }

    private static String usable(int key, VersionRange offered) {
        var api = ApiKey.of(key);
        if (api == null || offered.highest() < api.minVersion() || offered.lowest() > api.maxVersion()) {
            return "unusable: this client speaks none of them";
        }
        return "usable: " + Math.min(offered.highest(), api.maxVersion());
    }
}
