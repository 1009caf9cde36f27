package io.millrace.consumer.group;

import io.millrace.consumer.assignor.PartitionAssignor;
import io.millrace.protocol.client.setting.Backoff;
import java.util.List;

/** What the settings say about membership. Immutable. */
public record GroupRules(
        String groupId,
        String instanceId,
        String rackId,
        List<PartitionAssignor> assignors,
        int sessionTimeoutMs,
        int heartbeatIntervalMs,
        int maxPollIntervalMs,
        int requestTimeoutMs,
        Backoff backoff) {

    /** Whether members keep what they own while they rebalance: only if every assignor can deal with it. */
    public boolean isCooperative() {
        return assignors.stream().allMatch(PartitionAssignor::isCooperative);
    }

    boolean isStatic() {
        return instanceId != null;
    }

    PartitionAssignor assignor(String name) {
        return assignors.stream().filter(assignor -> assignor.name().equals(name)).findFirst().orElse(null);
    }
}
