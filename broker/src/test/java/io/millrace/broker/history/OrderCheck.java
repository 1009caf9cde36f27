package io.millrace.broker.history;

import io.millrace.broker.history.Anomaly.Kind;
import io.millrace.broker.history.Operation.Placed;
import io.millrace.broker.history.Operation.Polled;
import io.millrace.broker.history.Operation.Sent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Do records lie in the order in which they were sent, and is each consumer given all of them in that order? Pure. */
record OrderCheck(LogHistory log, BiConsumer<Kind, String> found) {

    void run() {
        var placed = log.acknowledged().stream().filter(sent -> sent.offset() >= 0).toList();
        checkPipelines(placed);
        checkRealTime(placed);
        var known = log.knownOffsets();
        log.pollsByConsumer().values().forEach(polls -> checkPolls(polls, known));
        groups().forEach(group -> checkGroup(group, known));
    }

    /** Records of one producer that were under way at once. */
    private void checkPipelines(List<Sent> sends) {
        var highest = new HashMap<String, Sent>();
        for (var sent : sends) {
            var before = highest.get(sent.producer());
            if (before == null || before.offset() < sent.offset()) {
                highest.put(sent.producer(), sent);
            } else if (before.ended() > sent.invoked()) {
                found.accept(Kind.SEND_REORDERED_INTERNAL,
                        describe(sent) + " sent after " + describe(before));
            }
        }
    }

    /** A record comes behind all that had been acknowledged, to whomever, when it was sent. */
    private void checkRealTime(List<Sent> sends) {
        var byEnd = sends.stream().sorted(Comparator.comparingLong(Sent::ended)).toList();
        int ended = 0;
        Sent highest = null;
        for (var sent : sends) {
            for (; byEnd.get(ended).ended() < sent.invoked(); ended++) {
                if (highest == null || byEnd.get(ended).offset() > highest.offset()) {
                    highest = byEnd.get(ended);
                }
            }
            if (highest != null && sent.offset() <= highest.offset()) {
                found.accept(Kind.SEND_REORDERED_EXTERNAL,
                        describe(sent) + " sent when there was " + describe(highest));
            }
        }
    }

    private static String describe(Sent sent) {
        return sent.producer() + "'s " + sent.offset() + "=" + sent.value();
    }

    private void checkPolls(List<Polled> polls, NavigableSet<Long> known) {
        Placed last = null;
        int session = -1;
        for (var poll : polls) {
            if (poll.session() != session) {
                last = null;
                session = poll.session();
            }
            boolean isFirst = true;
            for (var record : poll.records()) {
                if (last != null) {
                    checkStep(poll.consumer(), last, record, known, isFirst);
                }
                isFirst = false;
                last = record;
            }
        }
    }

    private void checkStep(String consumer, Placed last, Placed next, NavigableSet<Long> known,
            boolean isBetweenPolls) {
        var step = consumer + ": " + last + ", then " + next;
        if (next.offset() <= last.offset()) {
            found.accept(isBetweenPolls ? Kind.POLL_REORDERED_EXTERNAL : Kind.POLL_REORDERED_INTERNAL, step);
        } else if (known.higher(last.offset()) < next.offset()) {
            found.accept(isBetweenPolls ? Kind.POLL_SKIP_EXTERNAL : Kind.POLL_SKIP_INTERNAL, step);
        }
    }

    private Set<String> groups() {
        var groups = new HashSet<String>();
        log.commits().forEach(commit -> groups.add(commit.group()));
        return groups;
    }

    /** What a group committed as read, it was given. */
    private void checkGroup(String group, NavigableSet<Long> known) {
        long committed = log.commits().stream()
                .filter(commit -> commit.group().equals(group) && commit.outcome() == Outcome.OK)
                .mapToLong(Operation.Committed::offset).max().orElse(0);
        var unread = new HashSet<>(known.headSet(committed));
        log.polls().stream().filter(poll -> poll.group().equals(group))
                .forEach(poll -> poll.records().forEach(record -> unread.remove(record.offset())));
        unread.forEach(offset -> found.accept(Kind.POLL_SKIP_EXTERNAL,
                "group " + group + " committed " + committed + " and never read " + offset));
    }
}
