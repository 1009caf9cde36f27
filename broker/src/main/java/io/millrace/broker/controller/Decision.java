package io.millrace.broker.controller;

import io.millrace.broker.metadata.MetadataRecord;
import java.util.List;

/** What a request leads to: records that take effect together, none if nothing changes, and its answer. */
record Decision<R>(List<MetadataRecord> records, R response) {

    Decision {
        records = List.copyOf(records);
    }

    static <R> Decision<R> unchanged(R response) {
        return new Decision<>(List.of(), response);
    }
}
