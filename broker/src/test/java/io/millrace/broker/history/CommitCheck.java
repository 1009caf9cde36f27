package io.millrace.broker.history;

import io.millrace.broker.history.Anomaly.Kind;
import io.millrace.broker.history.Operation.CommitSeen;
import io.millrace.broker.history.Operation.Committed;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** Is a group's offset that is read back the last one committed, or one that may have come in between? Pure. */
record CommitCheck(LogHistory log, BiConsumer<Kind, String> found) {

    void run() {
        for (var seen : log.commitsSeen()) {
            check(seen, log.commits().stream()
                    .filter(commit -> commit.group().equals(seen.group()) && commit.invoked() < seen.ended()
                            && commit.outcome() != Outcome.FAIL)
                    .toList());
        }
    }

    /** A commit is gone for certain if another began when it had ended, and ended before the look. */
    private void check(CommitSeen seen, List<Committed> commits) {
        var last = commits.stream().filter(commit -> commit.ended() < seen.invoked())
                .max(Comparator.comparingLong(Committed::invoked)).orElse(null);
        var detail = seen.group() + " has " + seen.offset() + " after " + last;
        boolean isPossible = seen.offset() == Operation.NOWHERE ? last == null
                : commits.stream().anyMatch(commit -> commit.offset() == seen.offset()
                        && (last == null || commit.ended() >= last.invoked()));
        if (isPossible) {
            return;
        }
        boolean wasCommitted = commits.stream().anyMatch(commit -> commit.offset() == seen.offset());
        boolean isBack = seen.offset() == Operation.NOWHERE || last != null && seen.offset() < last.offset();
        found.accept(isBack || wasCommitted ? Kind.COMMIT_REGRESSION : Kind.NEVER_COMMITTED, detail);
    }
}
