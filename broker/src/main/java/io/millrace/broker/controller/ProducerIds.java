package io.millrace.broker.controller;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.message.transaction.AllocateProducerIds;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Decides which producer ids the next asker gets: each id goes to one broker, once, for ever. Pure. */
final class ProducerIds {
    private static final int BLOCK_SIZE = 1000;

    private ProducerIds() {}

    static Decision<AllocateProducerIds.Response> decide(DecisionContext context,
            AllocateProducerIds.Request request) {
        var sender = context.image().broker(request.brokerId());
        if (sender == null || sender.epoch() != request.brokerEpoch()) {
            return Decision.unchanged(refused(ErrorCode.STALE_BROKER_EPOCH));
        }
        long first = context.image().nextProducerId();
        return new Decision<>(List.of(new MetadataRecord.ProducerIdsAllocated(first + BLOCK_SIZE)),
                new AllocateProducerIds.Response(0, ErrorCode.NONE, first, BLOCK_SIZE));
    }

    static AllocateProducerIds.Response refused(ErrorCode code) {
        return new AllocateProducerIds.Response(0, code, -1, 0);
    }
}
