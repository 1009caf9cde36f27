package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.cleaner.StoredRecords.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.record.internal.ControlRecordType;

/** What compaction must leave of the data below an offset, worked out from the whole log at once. */
final class CompactedModel {

    private CompactedModel() {}

    /** The data records that are committed, oldest first: those that a reader of committed records is shown. */
    static List<Stored> committed(List<Stored> log) {
        Map<Long, List<Stored>> open = new HashMap<>();
        Set<Stored> aborted = new HashSet<>();
        for (var record : log) {
            if (record.marker() != null) {
                var ended = open.remove(record.producerId());
                if (record.marker() == ControlRecordType.ABORT && ended != null) {
                    aborted.addAll(ended);
                }
            } else if (record.producerId() >= 2) {
                open.computeIfAbsent(record.producerId(), id -> new ArrayList<>()).add(record);
            }
        }
        return log.stream().filter(record -> record.marker() == null && !aborted.contains(record)).toList();
    }

    /** Of the committed records below an offset the newest of each key, and all from there on. */
    static List<Stored> compacted(List<Stored> log, long endOffset) {
        var committed = committed(log);
        Map<String, Long> newest = new HashMap<>();
        for (var record : committed) {
            if (record.key() != null && record.offset() < endOffset) {
                newest.put(record.key(), record.offset());
            }
        }
        return committed.stream()
                .filter(record -> record.offset() >= endOffset
                        || record.key() != null && newest.get(record.key()) == record.offset())
                .toList();
    }
}
