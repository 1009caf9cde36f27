package io.millrace.consumer.group;

import io.millrace.consumer.assignor.MemberSubscription;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of a group does for one generation: waits until it knows the topics of all members, divides their
 * partitions, and notices when there are others. Owned by the client's loop.
 */
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final ClusterClient client;
    private final GroupRules rules;
    private final String protocol;
    private final List<MemberSubscription> members = new ArrayList<>();
    private final Set<String> topics = new HashSet<>();
    private Consumer<List<SyncGroup.Request.Assignment>> waiting;
    private Map<String, Integer> divided;

    Leadership(ClusterClient client, GroupRules rules, JoinGroup.Response joined) {
        this.client = client;
        this.rules = rules;
        protocol = joined.protocolName();
        for (var member : joined.members()) {
            try {
                members.add(ConsumerProtocol.subscription(member));
            } catch (MalformedMessageException e) {
                LOG.warn("Member {} gets no partitions, as its subscription makes no sense: {}",
                        member.memberId(), e.getMessage());
            }
        }
        members.forEach(member -> topics.addAll(member.topics()));
    }

    /** The topics of all members, whose partitions must be known. */
    Set<String> topics() {
        return topics;
    }

    /** Divides the partitions as soon as all topics are known, or known not to exist. */
    void divide(Consumer<List<SyncGroup.Request.Assignment>> then) {
        waiting = then;
        onView();
    }

    /** The view of the cluster has changed; answers whether the partitions are not those that were divided. */
    boolean onView() {
        if (waiting != null && client.view().topics().keySet().containsAll(topics)) {
            var then = waiting;
            waiting = null;
            divided = counts();
            then.accept(assignments());
        }
        return divided != null && !divided.equals(counts());
    }

    private Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        for (var name : topics) {
            var topic = client.view().topic(name);
            if (topic != null && !topic.partitions().isEmpty()) {
                counts.put(name, topic.partitions().size());
            }
        }
        return counts;
    }

    private List<SyncGroup.Request.Assignment> assignments() {
        var assignor = rules.assignor(protocol);
        if (assignor == null) {
            throw new ApiException(ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                    "the coordinator chose the assignor " + protocol + ", which is not known here");
        }
        var assignments = new ArrayList<SyncGroup.Request.Assignment>();
        assignor.assign(divided, members).forEach((member, partitions) -> assignments.add(
                new SyncGroup.Request.Assignment(member, ConsumerProtocol.assignment(sorted(partitions)))));
        return assignments;
    }

    private static List<TopicPartition> sorted(List<TopicPartition> partitions) {
        return partitions.stream().sorted().toList();
    }
}
