package io.millrace.broker.coordinator.group.journal;

import io.millrace.broker.coordinator.group.journal.GroupLog.Outcome;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one shard appended and is not committed yet, in order. Records take effect, and whoever wrote them is answered,
 * when they are committed: nothing is ever seen that the log could still lose. Used by the owner alone.
 */
public final class Journal {
    private static final int MAX_BATCH_RECORDS = 1_000;

    private final GroupLog log;
    private final Timers timers;
    private final long timeoutMs;
    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    private Timers.Alarm alarm;

    /** A batch that waits to be committed. */
    private static final class Write {
        final Runnable apply;
        final Outcome outcome;
        final long deadlineMs;
        ErrorCode result;
        boolean isReported;

        Write(Runnable apply, Outcome outcome, long deadlineMs) {
            this.apply = apply;
            this.outcome = outcome;
            this.deadlineMs = deadlineMs;
        }

        void report(ErrorCode error) {
            if (!isReported) {
                isReported = true;
                outcome.settled(error);
            }
        }
    }

    public Journal(GroupLog log, Timers timers, long timeoutMs) {
        this.log = log;
        this.timers = timers;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Appends the records as one batch; once committed they are applied, then comes the outcome, in coordinator terms.
     * After a timeout the outcome is COORDINATOR_NOT_AVAILABLE, and the records may still be committed and applied.
     */
    public void append(List<CoordinatorRecord> records, Runnable apply, Outcome outcome) {
        var write = new Write(apply, outcome, timers.nowMs() + timeoutMs);
        writes.add(write);
        try {
            log.append(records.stream().map(CoordinatorRecord::encode).toList(),
                    error -> settle(write, error));
        } catch (ApiException e) {
            writes.removeLast();
            write.report(inCoordinatorTerms(e.errorCode()));
            return;
        }
        if (!writes.isEmpty() && alarm == null) {
            alarm = timers.schedule(timeoutMs, this::expire);
        }
    }

    /**
     * Appends any number of records in batches of bounded size; the outcome is that of all of them, and comes at once
     * if there are none. Only for records that need not be written together.
     */
    public void appendAll(
            List<CoordinatorRecord> records, Consumer<CoordinatorRecord> apply, Outcome outcome) {
        if (records.isEmpty()) {
            outcome.settled(ErrorCode.NONE);
            return;
        }
        var failures = new ArrayList<ErrorCode>();
        for (int from = 0; from < records.size(); from += MAX_BATCH_RECORDS) {
            int to = Math.min(from + MAX_BATCH_RECORDS, records.size());
            var batch = records.subList(from, to);
            append(batch, () -> batch.forEach(apply), error -> {
                if (error != ErrorCode.NONE) {
                    failures.add(error);
                }
                if (to == records.size()) {
                    outcome.settled(failures.isEmpty() ? ErrorCode.NONE : failures.get(0));
                }
            });
        }
    }

    /** The partition is led elsewhere now: everyone who waits is told, and nothing is applied any more. */
    public void close() {
        cancelAlarm();
        var abandoned = new ArrayList<>(writes);
        writes.clear();
        abandoned.forEach(write -> write.report(ErrorCode.NOT_COORDINATOR));
    }

    private void settle(Write write, ErrorCode error) {
        write.result = error;
        while (!writes.isEmpty() && writes.peek().result != null) {
            var settled = writes.poll();
            if (settled.result == ErrorCode.NONE) {
                settled.apply.run();
            }
            settled.report(inCoordinatorTerms(settled.result));
        }
        if (writes.isEmpty()) {
            cancelAlarm();
        }
    }

    private void expire() {
        alarm = null;
        long nowMs = timers.nowMs();
        for (var write : List.copyOf(writes)) {
            if (write.deadlineMs <= nowMs) {
                write.report(ErrorCode.COORDINATOR_NOT_AVAILABLE);
            }
        }
        for (var write : writes) {
            if (!write.isReported && alarm == null) {
                alarm = timers.schedule(Math.max(1, write.deadlineMs - nowMs), this::expire);
            }
        }
    }

    private void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }

    private static ErrorCode inCoordinatorTerms(ErrorCode error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                    REQUEST_TIMED_OUT ->
                ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR ->
                ErrorCode.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE ->
                ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> error;
        };
    }
}
