package io.millrace.broker.controller;

import io.millrace.broker.metadata.MetadataRecord;
import java.util.List;

/** Decides which producer ids the next asker gets: each id goes to one broker, once, for ever. Pure. */
final class ProducerIds {
    private static final int BLOCK_SIZE = 1000;

    private ProducerIds() {}

    static Decision<ProducerIdBlock> decide(DecisionContext context) {
        long first = context.image().nextProducerId();
        return new Decision<>(List.of(new MetadataRecord.ProducerIdsAllocated(first + BLOCK_SIZE)),
                new ProducerIdBlock(first, BLOCK_SIZE));
    }
}
