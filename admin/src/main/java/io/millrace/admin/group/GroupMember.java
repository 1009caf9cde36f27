package io.millrace.admin.group;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.List;

/** A member of a group and the partitions it has; the instance id is null unless it is a static member. */
public record GroupMember(String memberId, String instanceId, String clientId, String host,
        List<TopicPartition> assignment) {}
