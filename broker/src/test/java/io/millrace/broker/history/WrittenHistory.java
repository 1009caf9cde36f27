package io.millrace.broker.history;

import io.millrace.broker.history.Operation.CommitSeen;
import io.millrace.broker.history.Operation.Committed;
import io.millrace.broker.history.Operation.EndSeen;
import io.millrace.broker.history.Operation.Placed;
import io.millrace.broker.history.Operation.Polled;
import io.millrace.broker.history.Operation.ReadWhole;
import io.millrace.broker.history.Operation.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A history written by hand, one step after the other between semicolons: <pre>
 *   p send 1 @0     acknowledged at offset 0; @- without an offset, ? unknown, ! refused
 *   p begin 1       and later p end 1 @0: other steps happen in between
 *   c poll 0=10 1=11     c seek     c sees 5     g/m poll 0=10: m is a member of group g
 *   g commit 3 (? or !)  g begin-commit 3, g end-commit 3    g finds 3, g finds none
 *   whole 0=10 1=11      b: before any step: it is about another log
 * </pre>
 * Owned by the thread that parses.
 */
final class WrittenHistory {
    private final History history = new History();
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Integer> sessions = new HashMap<>();

    private WrittenHistory() {}

    static List<Operation> parse(String text) {
        var parser = new WrittenHistory();
        for (var step : text.split(";", -1)) {
            parser.read(new ArrayList<>(List.of(step.strip().split(" +", -1))));
        }
        return parser.history.operations();
    }

    private void read(List<String> words) {
        var log = new LogName("a", 0, 0);
        if (words.get(0).endsWith(":")) {
            log = new LogName(words.remove(0), 0, 0);
        }
        var who = words.remove(0);
        if (who.equals("whole")) {
            history.add(new ReadWhole(log, placed(words)));
            return;
        }
        switch (words.remove(0)) {
            case "send" -> {
                begun.put(who + words.get(0), history.tick());
                endSend(who, log, words);
            }
            case "begin" -> begun.put(who + words.get(0), history.tick());
            case "end" -> endSend(who, log, words);
            case "poll" -> history.add(new Polled(who, who.contains("/") ? who.split("/", -1)[0] : "",
                    sessions.getOrDefault(who, 0), log, placed(words), history.tick()));
            case "seek" -> sessions.merge(who, 1, Integer::sum);
            case "sees" -> history.add(
                    new EndSeen(who, log, Long.parseLong(words.get(0)), history.tick(), history.tick()));
            case "commit" -> {
                begun.put(who + words.get(0), history.tick());
                endCommit(who, log, words);
            }
            case "begin-commit" -> begun.put(who + words.get(0), history.tick());
            case "end-commit" -> endCommit(who, log, words);
            case "finds" -> history.add(new CommitSeen(who, log,
                    words.get(0).equals("none") ? Operation.NOWHERE : Long.parseLong(words.get(0)),
                    history.tick(), history.tick()));
            default -> throw new IllegalArgumentException("what does " + who + " do? " + words);
        }
    }

    private void endSend(String producer, LogName log, List<String> words) {
        var end = words.get(1);
        var outcome = outcome(end);
        long offset = outcome != Outcome.OK || end.equals("@-") ? Operation.NOWHERE
                : Long.parseLong(end.substring(1));
        history.add(new Sent(producer, log, Long.parseLong(words.get(0)), outcome, offset,
                begun.get(producer + words.get(0)), ended(outcome)));
    }

    private void endCommit(String group, LogName log, List<String> words) {
        var outcome = outcome(words.size() > 1 ? words.get(1) : "@");
        history.add(new Committed(group, log, Long.parseLong(words.get(0)), outcome,
                begun.get(group + words.get(0)), ended(outcome)));
    }

    private long ended(Outcome outcome) {
        return outcome == Outcome.INFO ? Operation.NEVER : history.tick();
    }

    private static Outcome outcome(String word) {
        return word.equals("?") ? Outcome.INFO : word.equals("!") ? Outcome.FAIL : Outcome.OK;
    }

    private static List<Placed> placed(List<String> words) {
        return words.stream().map(word -> word.split("=", -1))
                .map(pair -> new Placed(Long.parseLong(pair[0]), Long.parseLong(pair[1]))).toList();
    }
}
