package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.LogRecord;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A partition of the offsets topic in memory, whose commits and reads a test can hold back. */
final class MemoryPartition implements OffsetsPartition {
    final List<LogRecord> records;
    final ArrayDeque<Outcome> uncommitted = new ArrayDeque<>();
    boolean holdsCommits;
    boolean holdsReplay;
    ErrorCode refusal = ErrorCode.NONE;
    private final Timers timers;
    private Runnable heldReplay;

    MemoryPartition(Timers timers, List<LogRecord> records) {
        this.timers = timers;
        this.records = new ArrayList<>(records);
    }

    @Override
    public void append(List<LogRecord> batch, Outcome outcome) {
        if (refusal != ErrorCode.NONE) {
            throw new ApiException(refusal, "refused by the test");
        }
        records.addAll(batch);
        uncommitted.add(outcome);
        if (!holdsCommits) {
            settleAll(ErrorCode.NONE);
        }
    }

    void settleAll(ErrorCode error) {
        while (!uncommitted.isEmpty()) {
            uncommitted.poll().settled(error);
        }
    }

    @Override
    public void onOwner(Runnable task) {
        task.run();
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public void replay(RecordSink sink, Outcome outcome) {
        heldReplay = () -> {
            for (var record : List.copyOf(records)) {
                sink.accept(record.key().asByteBuf(),
                        record.value() == null ? null : record.value().asByteBuf());
            }
            outcome.settled(ErrorCode.NONE);
        };
        if (!holdsReplay) {
            finishReplay();
        }
    }

    void finishReplay() {
        heldReplay.run();
    }
}
