package io.millrace.broker.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.history.Anomaly.Kind;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each anomaly is found, and no other; what a correct cluster can show is passed. */
class HistoryCheckerTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            nothing at all                              | whole
            records in order                            | p send 1 @0; p send 2 @1; c poll 0=1 1=2; whole 0=1 1=2
            two records under way at once               | p begin 1; p begin 2; p end 2 @1; p end 1 @0; whole 0=1 1=2
            two producers mixed                         | p begin 1; q begin 2; p end 1 @1; q end 2 @0; whole 0=2 1=1
            unknown, and written                        | p send 1 ?; c poll 0=1; whole 0=1
            unknown, and not written                    | p send 1 ?; p send 2 @0; whole 0=2
            unknown, and written late                   | p send 1 ?; p send 2 @0; c poll 0=2; whole 0=2 1=1
            refused, and not written                    | p send 1 !; p send 2 @0; whole 0=2
            acknowledged without an offset              | p send 1 @-; whole 0=1
            the same record polled by two               | p send 1 @0; c poll 0=1; d poll 0=1; whole 0=1
            a consumer that seeks back                  | p send 1 @0; p send 2 @1; c poll 0=1 1=2; c seek; c poll 0=1; whole 0=1 1=2
            a consumer that seeks ahead                 | p send 1 @0; p send 2 @1; p send 3 @2; c poll 0=1; c seek; c poll 2=3; whole 0=1 1=2 2=3
            a gap where nothing was                     | p send 1 @0; p send 2 @5; c poll 0=1 5=2; whole 0=1 5=2
            one value in two logs                       | p send 1 @0; b: q send 1 @0; whole 0=1; b: whole 0=1
            an end that grows                           | c sees 0; p send 1 @0; c sees 1; c sees 1
            an end that another consumer saw behind     | p send 1 @0; c sees 1; d sees 0
            a commit read back                          | p send 1 @0; g/m poll 0=1; g commit 1; g finds 1
            no commit yet                               | g finds none
            a commit under way, not yet seen            | p send 1 @0; g/m poll 0=1; g begin-commit 1; g finds none; g end-commit 1
            a commit under way, seen early              | p send 1 @0; g/m poll 0=1; g begin-commit 1; g finds 1; g end-commit 1
            an unknown commit that happened later       | p send 1 @0; p send 2 @1; g/m poll 0=1; g commit 1 ?; g/m poll 1=2; g commit 2; g finds 1
            a commit moved back on purpose              | p send 1 @0; p send 2 @1; g/m poll 0=1 1=2; g commit 2; g commit 1; g finds 1
            a refused commit                            | p send 1 @0; p send 2 @1; g/m poll 0=1 1=2; g commit 1; g commit 2 !; g finds 1
            a group that reads a record twice           | p send 1 @0; p send 2 @1; g/m poll 0=1; g commit 1; g/n poll 0=1 1=2; g commit 2; g finds 2
            """)
    void passesWhatMayBe(String name, String history) {
        assertThat(HistoryChecker.check(WrittenHistory.parse(history))).as(name).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            acknowledged and gone                       | LOST | p send 1 @0; p send 2 @1; whole 1=2
            acknowledged, and its offset another's      | LOST, INCONSISTENT_OFFSET | p send 1 @0; p send 2 ?; whole 0=2
            acknowledged at the end and gone            | UNSEEN | p send 1 @0; p send 2 @1; whole 0=1
            acknowledged in an empty log                | UNSEEN | p send 1 @0; whole
            acknowledged without an offset and gone     | UNSEEN | p send 1 @-; p send 2 @0; whole 0=2
            polled once and gone                        | LOST | p send 1 @0; c poll 0=1; whole
            unknown, polled once and gone               | LOST | p send 1 ?; p send 2 @1; c poll 0=1 1=2; whole 1=2
            written twice                               | DUPLICATE | p send 1 @0; whole 0=1 1=1
            unknown, and written twice                  | DUPLICATE | p send 1 ?; c poll 0=1; c poll 3=1; whole 0=1 3=1
            moved between two reads                     | DUPLICATE | p send 1 ?; c poll 0=1; d poll 1=1; whole 1=1
            two values at one offset, polled            | INCONSISTENT_OFFSET, LOST | p send 1 ?; p send 2 ?; c poll 0=1; d poll 0=2; whole 0=2
            two acknowledged at one offset              | INCONSISTENT_OFFSET, MISPLACED | p begin 1; q begin 2; p end 1 @4; q end 2 @4; whole 3=1 4=2
            offset 0 for a record elsewhere             | SPURIOUS_ZERO, INCONSISTENT_OFFSET, SEND_REORDERED_EXTERNAL | p send 1 @0; p send 2 @0; whole 0=1 1=2
            offset 0 and nothing at 0                   | SPURIOUS_ZERO | p send 1 @0; whole 7=1
            at another offset than acknowledged         | MISPLACED | p send 1 @2; whole 3=1
            refused and there                           | REFUSED_YET_READ | p send 1 !; whole 0=1
            refused and polled                          | REFUSED_YET_READ | p send 1 !; c poll 0=1
            from nowhere                                | NEVER_SENT | p send 1 @0; whole 0=1 1=99
            from another log                            | NEVER_SENT, UNSEEN | b: p send 1 @0; whole 0=1; b: whole
            pipelined records swapped                   | SEND_REORDERED_INTERNAL | p begin 1; p begin 2; p end 1 @1; p end 2 @0; whole 0=2 1=1
            a record before an acknowledged one         | SEND_REORDERED_EXTERNAL | p send 1 @1; p send 2 @0; whole 0=2 1=1
            a record before another producer's          | SEND_REORDERED_EXTERNAL | p send 1 @1; q send 2 @0; whole 0=2 1=1
            a poll out of order                         | POLL_REORDERED_INTERNAL | p send 1 @0; p send 2 @1; c poll 1=2 0=1
            a poll with a record twice                  | POLL_REORDERED_INTERNAL | p send 1 @0; c poll 0=1 0=1
            a poll behind the last                      | POLL_REORDERED_EXTERNAL | p send 1 @0; p send 2 @1; c poll 0=1 1=2; c poll 0=1
            a poll that leaves a record out             | POLL_SKIP_INTERNAL | p send 1 @0; p send 2 @1; p send 3 @2; c poll 0=1 2=3
            a poll that leaves out what another read    | POLL_SKIP_INTERNAL | p send 1 ?; p send 2 ?; p send 3 ?; c poll 0=1 2=3; d poll 0=1 1=2
            two polls with a record between             | POLL_SKIP_EXTERNAL | p send 1 @0; p send 2 @1; p send 3 @2; c poll 0=1; c poll 2=3
            a group that commits past a record          | POLL_SKIP_EXTERNAL | p send 1 @0; p send 2 @1; g/m poll 0=1; g commit 1; g/n seek; g commit 2; g finds 2
            a member that starts behind a record        | POLL_SKIP_EXTERNAL | p send 1 @0; p send 2 @1; p send 3 @2; g/m poll 0=1; g/n poll 2=3; g commit 3
            an end that falls                           | WATERMARK_REGRESSION | c sees 5; c sees 4
            an end before what was polled               | WATERMARK_REGRESSION | p send 1 @0; p send 2 @1; c poll 0=1 1=2; c sees 1
            an end that is suddenly 0                   | WATERMARK_REGRESSION | p send 1 @0; c sees 1; c sees 0; c sees 1
            a commit that is gone                       | COMMIT_REGRESSION | p send 1 @0; g/m poll 0=1; g commit 1; g finds none
            an older commit is back                     | COMMIT_REGRESSION | p send 1 @0; p send 2 @1; g/m poll 0=1 1=2; g commit 1; g commit 2; g finds 1
            a commit that is 0 again                    | COMMIT_REGRESSION | p send 1 @0; g/m poll 0=1; g commit 1; g finds 0
            a later commit undone                       | COMMIT_REGRESSION | p send 1 @0; p send 2 @1; g/m poll 0=1 1=2; g commit 2; g commit 1; g finds 2
            a commit seen and gone while under way      | COMMIT_REGRESSION | p send 1 @0; g/m poll 0=1; g commit 1; g begin-commit 0; g end-commit 0; g commit 1; g finds 0
            a commit from nowhere                       | NEVER_COMMITTED | p send 1 @0; g/m poll 0=1; g commit 1; g finds 7
            a refused commit that happened              | NEVER_COMMITTED | p send 1 @0; p send 2 @1; g/m poll 0=1 1=2; g commit 1; g commit 2 !; g finds 2
            """)
    void findsEachAnomalyAndNoOther(String name, String kinds, String history) {
        var expected = Arrays.stream(kinds.split(", ", -1)).map(Kind::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
        var anomalies = HistoryChecker.check(WrittenHistory.parse(history));
        assertThat(anomalies).as("%s: %s", name, anomalies).extracting(Anomaly::kind)
                .containsOnlyOnceElementsOf(expected).isSubsetOf(expected);
    }
}
