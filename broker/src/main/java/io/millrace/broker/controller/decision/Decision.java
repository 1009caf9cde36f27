package io.millrace.broker.controller.decision;

import io.millrace.broker.metadata.MetadataRecord;
import java.util.List;

/** What a request leads to: records that take effect together, none if nothing changes, and its answer. */
public record Decision<R>(List<MetadataRecord> records, R response) {

    public Decision {
        records = List.copyOf(records);
    }

    public static <R> Decision<R> unchanged(R response) {
        return new Decision<>(List.of(), response);
    }
}
