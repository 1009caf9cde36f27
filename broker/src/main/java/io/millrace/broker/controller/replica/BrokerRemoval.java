package io.millrace.broker.controller.replica;

import static io.millrace.protocol.wire.ErrorCode.BROKER_ID_NOT_REGISTERED;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.message.cluster.UnregisterBroker;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * Decides UnregisterBroker: a broker for ever gone leaves its dynamic configs behind, which a new one of its id must not
 * inherit. One that lives, or to which partitions are still assigned, is not gone for ever. Pure.
 */
public final class BrokerRemoval {

    private BrokerRemoval() {}

    public static Decision<UnregisterBroker.Response> decide(DecisionContext context,
            UnregisterBroker.Request request) {
        try {
            return new Decision<>(remove(context.image(), request.brokerId()),
                    new UnregisterBroker.Response(0, ErrorCode.NONE, null));
        } catch (ApiException e) {
            return Decision.unchanged(refused(request, e));
        }
    }

    private static List<MetadataRecord> remove(ClusterImage image, int id) {
        Refusal.unless(!image.isLive(id), INVALID_REQUEST, "Broker ", id, " is running: stop it first");
        Refusal.unless(image.hasDeparted(id, 0), BROKER_ID_NOT_REGISTERED, "There was never a broker ", id);
        long assigned = assignedTo(image, id);
        Refusal.unless(assigned == 0, INVALID_REQUEST, "Broker ", id, " still has replicas of ", assigned,
                " partitions: reassign them first");
        var resource = ConfigResource.broker(id);
        return image.configs(resource).keySet().stream().sorted()
                .<MetadataRecord>map(name -> new MetadataRecord.ConfigChanged(resource.type().code(),
                        resource.name(), name, null))
                .toList();
    }

    private static long assignedTo(ClusterImage image, int brokerId) {
        return image.topics().stream().flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.hasReplica(brokerId)).count();
    }

    public static UnregisterBroker.Response refused(UnregisterBroker.Request request, ApiException refusal) {
        return new UnregisterBroker.Response(0, refusal.errorCode(), refusal.getMessage());
    }
}
