package io.millrace.broker.request.data;

import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.ResponseFrame;
import io.millrace.protocol.data.FetchHead;
import io.millrace.protocol.data.FetchResponseWriter;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Writes Fetch answers: fixed parts in one buffer, records as slices of the log. Stateless. */
final class FetchResponder {
    private static final int FIXED_BYTES_PER_PARTITION = 64;
    private static final int LENGTH_BYTES = 4;

    private final LeaderHints hints;

    FetchResponder(LeaderHints hints) {
        this.hints = hints;
    }

    /** Answers with an error of the session and no partitions. */
    void refuse(Exchange exchange, ErrorCode error) {
        var gather = begin(exchange, 1);
        var writer = new FetchResponseWriter();
        writer.begin(gather, exchange.version(), new FetchHead(0, error, FetchSessions.NO_SESSION_ID), 0);
        writer.end(List.of());
        send(exchange, gather);
    }

    /** Answers, taking over the answers' records; an incremental session is told only its news. */
    void respond(Exchange exchange, FetchSession session, boolean isIncremental,
            List<FetchEntry> entries, FetchedPartition[] answers) {
        if (isIncremental) {
            dropOldNews(entries, answers);
        }
        var gather = begin(exchange, answers.length);
        var writer = new FetchResponseWriter();
        int id = session == null ? FetchSessions.NO_SESSION_ID : session.id();
        writer.begin(gather, exchange.version(), new FetchHead(0, ErrorCode.NONE, id),
                countRuns(entries, answers));
        writePartitions(writer, entries, answers);
        writer.end(hints.endpoints(leaders(answers), exchange.connection()));
        if (session != null) {
            remember(session, entries, answers);
            session.leave();
        }
        send(exchange, gather);
    }

    private static void dropOldNews(List<FetchEntry> entries, FetchedPartition[] answers) {
        for (int i = 0; i < answers.length; i++) {
            if (!entries.get(i).isNews(answers[i])) {
                answers[i].records().release();
                answers[i] = null;
            }
        }
    }

    private static void remember(FetchSession session, List<FetchEntry> entries, FetchedPartition[] answers) {
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] != null) {
                entries.get(i).told(answers[i]);
                if (answers[i].records().isReadable()) {
                    session.moveToEnd(entries.get(i));
                }
            }
        }
    }

    private static GatherBuffer begin(Exchange exchange, int partitions) {
        var fixed = exchange.allocator().directBuffer(FIXED_BYTES_PER_PARTITION * (partitions + 1));
        var gather = new GatherBuffer();
        ResponseFrame.begin(exchange, fixed);
        gather.begin(fixed);
        return gather;
    }

    /** Neighbouring partitions of one topic share one topic in the answer. */
    private static int countRuns(List<FetchEntry> entries, FetchedPartition[] answers) {
        int runs = 0;
        FetchEntry last = null;
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] != null) {
                runs += last == null || !isSameTopic(last, entries.get(i)) ? 1 : 0;
                last = entries.get(i);
            }
        }
        return runs;
    }

    private static boolean isSameTopic(FetchEntry a, FetchEntry b) {
        return Objects.equals(a.topic(), b.topic()) && a.topicId().equals(b.topicId());
    }

    private static void writePartitions(
            FetchResponseWriter writer, List<FetchEntry> entries, FetchedPartition[] answers) {
        FetchEntry last = null;
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] == null) {
                continue;
            }
            var entry = entries.get(i);
            if (last == null || !isSameTopic(last, entry)) {
                writer.topic(entry.topic(), entry.topicId(), runLength(entries, answers, i));
            }
            writer.partition(answers[i]);
            last = entry;
        }
    }

    private static int runLength(List<FetchEntry> entries, FetchedPartition[] answers, int first) {
        int length = 0;
        for (int i = first; i < answers.length; i++) {
            if (answers[i] != null) {
                if (!isSameTopic(entries.get(first), entries.get(i))) {
                    break;
                }
                length++;
            }
        }
        return length;
    }

    private static Iterable<Integer> leaders(FetchedPartition[] answers) {
        var leaders = new TreeSet<Integer>();
        for (var answer : answers) {
            if (answer != null && answer.redirect() != null && answer.redirect().currentLeader() != null) {
                leaders.add(answer.redirect().currentLeader().leaderId());
            }
        }
        return leaders;
    }

    private static void send(Exchange exchange, GatherBuffer gather) {
        gather.fixed().setInt(0, (int) gather.sizeBytes() - LENGTH_BYTES);
        var pieces = new ArrayList<ByteBuf>();
        gather.transferTo(pieces::add);
        exchange.respond(pieces);
    }
}
