package io.millrace.broker.coordinator.group;

import static io.millrace.broker.coordinator.group.Cluster.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.coordinator.group.Cluster.Answer;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupAdminTest {
    private final Cluster cluster = new Cluster(Map.of());

    @Test
    void describesMembersOnlyOfAStableGroupInFull() {
        var ids = cluster.stableGroup(2);
        var stable = describe(5, GROUP);
        assertThat(stable.groupState()).isEqualTo("Stable");
        assertThat(stable.protocolData()).isEqualTo("range");
        assertThat(stable.members()).extracting("memberId").containsExactlyElementsOf(ids);
        assertThat(stable.members()).allMatch(member -> member.clientHost().equals("/127.0.0.1")
                && member.memberMetadata().equals(Cluster.subscription("topic"))
                && member.memberAssignment().length() > 0);
        cluster.join(5, ids.get(0), "range");

        var rebalancing = describe(5, GROUP);
        assertThat(rebalancing.groupState()).isEqualTo("PreparingRebalance");
        assertThat(rebalancing.protocolData()).isEmpty();
        assertThat(rebalancing.members()).allMatch(member -> member.memberAssignment().length() == 0);
    }

    @Test
    void aMissingGroupIsDeadAndFromVersionSixAnError() {
        assertThat(describe(5, "none").errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(describe(5, "none").groupState()).isEqualTo("Dead");
        assertThat(describe(6, "none").errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(describe(6, "none").errorMessage()).contains("none");
    }

    private DescribeGroups.Response.DescribedGroup describe(int version, String groupId) {
        var answer = new Answer<DescribeGroups.Response>();
        cluster.coordinators.describe(new DescribeGroups.Request(List.of(groupId), false), version, answer);
        return answer.get().groups().get(0);
    }

    @Test
    void listsByStateAndType() {
        cluster.stableGroup(1);

        assertThat(list(cluster, List.of(), List.of())).containsExactly(
                new ListGroups.Response.ListedGroup(GROUP, "consumer", "Stable", "classic"));
        assertThat(list(cluster, List.of("stable", "Empty"), List.of("Classic"))).hasSize(1);
        assertThat(list(cluster, List.of("empty"), List.of())).isEmpty();
        assertThat(list(cluster, List.of(), List.of("consumer"))).isEmpty();
    }

    static List<ListGroups.Response.ListedGroup> list(
            Cluster cluster, List<String> states, List<String> types) {
        var answer = new Answer<ListGroups.Response>();
        cluster.coordinators.list(new ListGroups.Request(states, types), answer);
        return answer.get().groups();
    }

    @Test
    void deletesAGroupWithoutMembersAndAllItCommitted() {
        var ids = cluster.stableGroup(1);
        cluster.commit(ids.get(0), 1, 0, 5);
        assertThat(delete(GROUP)).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        cluster.leave(1, ids.get(0));
        assertThat(delete(GROUP)).isEqualTo(ErrorCode.NONE);

        assertThat(delete(GROUP)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(cluster.committed(0)).isEqualTo(-1);
        cluster.startFrom(cluster.partition.records);
        assertThat(cluster.committed(0)).isEqualTo(-1);
        assertThat(list(cluster, List.of(), List.of())).isEmpty();
    }

    private ErrorCode delete(String groupId) {
        var answer = new Answer<DeleteGroups.Response>();
        cluster.coordinators.delete(new DeleteGroups.Request(List.of(groupId)), answer);
        return answer.get().results().get(0).errorCode();
    }

    @Test
    void keepsTheOffsetsOfTopicsThatMembersConsume() {
        assertThat(deleteOffset(0).errorCode()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        var ids = cluster.stableGroup(1);
        cluster.commit(ids.get(0), 1, 0, 5);
        assertThat(errorOf(deleteOffset(0))).isEqualTo(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
        cluster.leave(1, ids.get(0));

        assertThat(errorOf(deleteOffset(0))).isEqualTo(ErrorCode.NONE);
        assertThat(errorOf(deleteOffset(1))).as("never committed").isEqualTo(ErrorCode.NONE);
        assertThat(errorOf(deleteOffset(9))).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(cluster.committed(0)).isEqualTo(-1);
    }

    private OffsetDelete.Response deleteOffset(int partition) {
        var answer = new Answer<OffsetDelete.Response>();
        cluster.coordinators
                .deleteOffsets(new OffsetDelete.Request(GROUP, List.of(new OffsetDelete.Request.Topic(
                        "topic", List.of(new OffsetDelete.Request.Partition(partition))))), answer);
        return answer.get();
    }

    private static ErrorCode errorOf(OffsetDelete.Response response) {
        return response.topics().get(0).partitions().get(0).errorCode();
    }
}
