package io.millrace.broker.history;

import io.millrace.broker.history.Operation.CommitSeen;
import io.millrace.broker.history.Operation.Committed;
import io.millrace.broker.history.Operation.EndSeen;
import io.millrace.broker.history.Operation.Placed;
import io.millrace.broker.history.Operation.Polled;
import io.millrace.broker.history.Operation.ReadWhole;
import io.millrace.broker.history.Operation.Sent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The operations on one log, each kind in the order in which they were invoked. Immutable once built. */
record LogHistory(LogName log, List<Sent> sends, List<Polled> polls, List<EndSeen> ends,
        List<Committed> commits, List<CommitSeen> commitsSeen, List<ReadWhole> wholeReads) {

    static Collection<LogHistory> byLog(Collection<Operation> operations) {
        var logs = new LinkedHashMap<LogName, LogHistory>();
        for (var operation : operations) {
            logs.computeIfAbsent(operation.log(), LogHistory::empty).add(operation);
        }
        logs.values().forEach(LogHistory::sort);
        return logs.values();
    }

    private static LogHistory empty(LogName log) {
        return new LogHistory(log, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
                new ArrayList<>(), new ArrayList<>());
    }

    private void add(Operation operation) {
        if (operation instanceof Sent sent) {
            sends.add(sent);
        } else if (operation instanceof Polled polled) {
            polls.add(polled);
        } else if (operation instanceof EndSeen end) {
            ends.add(end);
        } else if (operation instanceof Committed committed) {
            commits.add(committed);
        } else if (operation instanceof CommitSeen seen) {
            commitsSeen.add(seen);
        } else if (operation instanceof ReadWhole whole) {
            wholeReads.add(whole);
        }
    }

    private void sort() {
        sends.sort(Comparator.comparingLong(Sent::invoked));
        polls.sort(Comparator.comparingLong(Polled::at));
        ends.sort(Comparator.comparingLong(EndSeen::invoked));
        commits.sort(Comparator.comparingLong(Committed::invoked));
        commitsSeen.sort(Comparator.comparingLong(CommitSeen::invoked));
    }

    /** Acknowledged sends. */
    List<Sent> acknowledged() {
        return sends.stream().filter(sent -> sent.outcome() == Outcome.OK).toList();
    }

    /** Every record that was read, once for each time. */
    List<Placed> reads() {
        var reads = new ArrayList<Placed>();
        polls.forEach(polled -> reads.addAll(polled.records()));
        wholeReads.forEach(whole -> reads.addAll(whole.records()));
        return reads;
    }

    /** Offsets at which a record is known to be. */
    TreeSet<Long> knownOffsets() {
        var known = new TreeSet<Long>();
        reads().forEach(placed -> known.add(placed.offset()));
        acknowledged().stream().filter(sent -> sent.offset() >= 0).forEach(sent -> known.add(sent.offset()));
        return known;
    }

    Map<String, List<Polled>> pollsByConsumer() {
        var byConsumer = new LinkedHashMap<String, List<Polled>>();
        polls.forEach(polled -> byConsumer.computeIfAbsent(polled.consumer(), name -> new ArrayList<>())
                .add(polled));
        return byConsumer;
    }
}
