package io.millrace.broker.request.data;

import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.RawHandler;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestCursor;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/** Answers Fetch: resolves the session (KIP-227) and starts a {@link FetchTask}. */
public final class FetchHandler implements RawHandler {
    private final PartitionReader reader;
    private final FetchResponder responder;
    private final FetchSessions sessions;
    private final int maxResponseBytes;
    private final FastThreadLocal<FetchRequestCursor> cursors = new FastThreadLocal<>() {
        @Override
        protected FetchRequestCursor initialValue() {
            return new FetchRequestCursor();
        }
    };

    public FetchHandler(PartitionReader reader, LeaderHints hints, FetchSessions sessions,
            int maxResponseBytes) {
        this.reader = reader;
        this.responder = new FetchResponder(hints);
        this.sessions = sessions;
        this.maxResponseBytes = maxResponseBytes;
    }

    @Override
    public void handle(ByteBuf frame, Exchange exchange) {
        int bodyIndex = frame.readerIndex();
        var request = cursors.get();
        request.wrap(frame, exchange.version());
        int epoch = request.parameters().sessionEpoch();
        if (epoch == FetchParameters.NEW_SESSION || epoch == FetchParameters.NO_SESSION) {
            full(request, exchange);
        } else {
            incremental(request, exchange, () -> handle(frame.readerIndex(bodyIndex), exchange));
        }
    }

    /** All partitions are in the request; an old session, if named, ends. */
    private void full(FetchRequestCursor request, Exchange exchange) {
        var parameters = request.parameters();
        if (parameters.sessionId() != FetchSessions.NO_SESSION_ID) {
            sessions.close(parameters.sessionId());
        }
        var entries = entries(request);
        boolean wantsSession = parameters.sessionEpoch() == FetchParameters.NEW_SESSION && !entries.isEmpty();
        var session = wantsSession
                ? sessions.open(request.hasTopicIds(), parameters.readsUncommitted(), entries)
                : null;
        start(exchange, parameters, session, false, entries);
    }

    private static List<FetchEntry> entries(FetchRequestCursor request) {
        var entries = new ArrayList<FetchEntry>(request.partitionCount());
        while (request.nextTopic()) {
            var topic = request.topicName();
            while (request.nextPartition()) {
                var key = new FetchEntry.Key(topic, request.topicId(), request.partition());
                var entry = new FetchEntry(key);
                entry.take(request);
                entries.add(entry);
            }
        }
        return entries;
    }

    /** A request that meets the one before it ends its wait, so that what it names need not wait too. */
    private void incremental(FetchRequestCursor request, Exchange exchange, Runnable again) {
        var parameters = request.parameters();
        var session = sessions.find(parameters.sessionId());
        if (session == null) {
            responder.refuse(exchange, ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        } else if (!session.enter(sessions.nowMs())) {
            if (!session.hurry(exchange.loop(), again)) {
                responder.refuse(exchange, ErrorCode.INVALID_FETCH_SESSION_EPOCH);
            }
        } else if (session.usesTopicIds() != request.hasTopicIds()) {
            session.leave();
            responder.refuse(exchange, ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        } else if (!session.advance(parameters.sessionEpoch())) {
            session.leave();
            responder.refuse(exchange, ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        } else {
            session.update(request);
            start(exchange, parameters, session, true, List.of());
        }
    }

    private void start(Exchange exchange, FetchParameters parameters, FetchSession session,
            boolean isIncremental, List<FetchEntry> entries) {
        exchange.releaseFrame();
        var mode = new FetchTask.Mode(session, isIncremental, maxResponseBytes);
        var task = new FetchTask(exchange, parameters, mode, entries, reader, responder);
        if (session != null) {
            session.usedBy(task);
        }
        task.run();
    }
}
