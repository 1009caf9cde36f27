package io.millrace.broker.coordinator.group.membership;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.GroupLog.Outcome;
import io.millrace.broker.coordinator.group.journal.GroupMetadataKey;
import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.protocol.wire.Bytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes generations of groups to the journal. */
final class GroupStore {
    private final Journal journal;

    GroupStore(Journal journal) {
        this.journal = journal;
    }

    /** Saves the group with these assignments by member id. */
    void save(ClassicGroup group, Map<String, Bytes> assignments, Outcome outcome) {
        var record = new CoordinatorRecord.GroupMetadata(
                new GroupMetadataKey(group.id()), group.save(assignments));
        journal.append(List.of(record), group::setSaved, outcome);
    }

    /** Saves the group with the assignments that its members have. */
    void save(ClassicGroup group, Outcome outcome) {
        var assignments = new HashMap<String, Bytes>();
        group.members().forEach(member -> assignments.put(member.id(), member.assignment()));
        save(group, assignments, outcome);
    }
}
