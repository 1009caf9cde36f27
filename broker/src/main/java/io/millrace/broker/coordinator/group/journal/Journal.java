package io.millrace.broker.coordinator.group.journal;

import io.millrace.broker.coordinator.group.journal.GroupLog.Outcome;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one shard appended and is not committed yet, in order. State changes when the append is accepted; whoever wrote
 * it, or reads what it changed, is answered when everything up to there is committed. Used by the owner alone.
 */
public final class Journal {
    private static final int MAX_BATCH_RECORDS = 1_000;

    private final GroupLog log;
    private final Timers timers;
    private final long timeoutMs;
    private final ArrayDeque<Wait> waits = new ArrayDeque<>();
    private Timers.Alarm alarm;
    private boolean isAppending;

    /** A writer or reader that waits for its place in the log to be committed. */
    private static final class Wait {
        final Outcome outcome;
        final long deadlineMs;
        ErrorCode error;
        boolean isReported;

        Wait(Outcome outcome, long deadlineMs) {
            this.outcome = outcome;
            this.deadlineMs = deadlineMs;
        }

        void report(ErrorCode result) {
            if (!isReported) {
                isReported = true;
                outcome.settled(result);
            }
        }
    }

    public Journal(GroupLog log, Timers timers, long timeoutMs) {
        this.log = log;
        this.timers = timers;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Appends, then applies; the outcome comes last, in coordinator terms. A refused append is not applied. An outcome
     * of COORDINATOR_NOT_AVAILABLE after the timeout leaves open whether the records will be committed.
     */
    public void append(List<CoordinatorRecord> records, Runnable apply, Outcome outcome) {
        var wait = new Wait(outcome, timers.nowMs() + timeoutMs);
        waits.add(wait);
        isAppending = true;
        try {
            log.append(records.stream().map(CoordinatorRecord::encode).toList(),
                    error -> settle(wait, error));
        } catch (ApiException e) {
            waits.removeLast();
            wait.report(inCoordinatorTerms(e.errorCode()));
            return;
        } finally {
            isAppending = false;
        }
        apply.run();
        drain();
    }

    /**
     * Appends any number of records in batches of bounded size, each applied as it is accepted; the outcome is that of
     * all of them. Only for records that need not be written together.
     */
    public void appendAll(
            List<CoordinatorRecord> records, Consumer<CoordinatorRecord> apply, Outcome outcome) {
        var failures = new ArrayList<ErrorCode>();
        for (int from = 0; from < records.size(); from += MAX_BATCH_RECORDS) {
            var batch = records.subList(from, Math.min(from + MAX_BATCH_RECORDS, records.size()));
            append(batch, () -> batch.forEach(apply), error -> {
                if (error != ErrorCode.NONE) {
                    failures.add(error);
                }
            });
        }
        afterPending(error -> outcome.settled(failures.isEmpty() ? error : failures.get(0)));
    }

    /** Reports as soon as everything appended so far is committed: at once if it is. */
    public void afterPending(Outcome outcome) {
        if (waits.isEmpty()) {
            outcome.settled(ErrorCode.NONE);
            return;
        }
        var wait = new Wait(outcome, timers.nowMs() + timeoutMs);
        wait.error = ErrorCode.NONE;
        waits.add(wait);
    }

    /** The partition is led elsewhere now: everyone who waits is told. */
    public void close() {
        cancelAlarm();
        var abandoned = new ArrayList<>(waits);
        waits.clear();
        abandoned.forEach(wait -> wait.report(ErrorCode.NOT_COORDINATOR));
    }

    private void settle(Wait wait, ErrorCode error) {
        wait.error = error;
        if (!isAppending) {
            drain();
        }
    }

    private void drain() {
        while (!waits.isEmpty() && waits.peek().error != null) {
            var wait = waits.poll();
            wait.report(inCoordinatorTerms(wait.error));
        }
        if (waits.isEmpty()) {
            cancelAlarm();
        } else if (alarm == null) {
            alarm = timers.schedule(timeoutMs, this::expire);
        }
    }

    private void expire() {
        alarm = null;
        long nowMs = timers.nowMs();
        var late = new ArrayList<Wait>();
        for (var wait : waits) {
            if (wait.deadlineMs <= nowMs) {
                late.add(wait);
            }
        }
        late.forEach(wait -> wait.report(ErrorCode.COORDINATOR_NOT_AVAILABLE));
        for (var wait : waits) {
            if (!wait.isReported) {
                alarm = timers.schedule(Math.max(1, wait.deadlineMs - nowMs), this::expire);
                return;
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
