package io.millrace.protocol.client;

import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.transport.ResponseHeader;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The calls of one connection that wait for their answers, which come in the order of the requests. Owned by the
 * connection's loop, which also runs the one timer.
 */
final class CallQueue {
    private static final long NO_TIMER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Consumer<ConnectionFailure> onLate;
    private final ArrayDeque<Call> calls = new ArrayDeque<>();
    private long timerNs = NO_TIMER;
    private int lastCorrelationId;

    /** One request under way. */
    private record Call(ApiKey api, int version, int correlationId, long deadlineNs, Answer answer) {}

    /** {@code onLate} is told once when a call has run out of time. */
    CallQueue(EventLoop loop, Consumer<ConnectionFailure> onLate) {
        this.loop = loop;
        this.onLate = onLate;
    }

    int size() {
        return calls.size();
    }

    /** Adds a call; answers its correlation id. */
    int add(ApiKey api, int version, int timeoutMs, Answer answer) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        calls.add(new Call(api, version, ++lastCorrelationId, deadlineNs, answer));
        if (timerNs == NO_TIMER || deadlineNs - timerNs < 0) {
            scheduleAt(deadlineNs);
        }
        return lastCorrelationId;
    }

    private void scheduleAt(long deadlineNs) {
        timerNs = deadlineNs;
        loop.schedule(() -> onTimer(deadlineNs), Math.max(0, deadlineNs - System.nanoTime()),
                TimeUnit.NANOSECONDS);
    }

    private void onTimer(long scheduledNs) {
        if (scheduledNs != timerNs) {
            return;
        }
        timerNs = NO_TIMER;
        long nowNs = System.nanoTime();
        Call earliest = null;
        for (var call : calls) {
            if (earliest == null || call.deadlineNs - earliest.deadlineNs < 0) {
                earliest = call;
            }
        }
        if (earliest == null) {
            return;
        }
        if (earliest.deadlineNs - nowNs <= 0) {
            onLate.accept(
                    new ConnectionFailure(Kind.TIMED_OUT, earliest.api + " had no answer in its time"));
        } else {
            scheduleAt(earliest.deadlineNs);
        }
    }

    /** Hands a response frame, of which it takes over a reference, to the oldest call; throws if it is not its answer. */
    void onFrame(ByteBuf frame) {
        var call = calls.peek();
        boolean handedOn = false;
        try {
            if (call == null) {
                throw new MalformedMessageException("an answer to nothing");
            }
            int correlationId = ResponseHeader.read(frame, call.api, call.version).correlationId();
            if (correlationId != call.correlationId) {
                throw new MalformedMessageException("an answer to request " + correlationId
                        + " where one to " + call.correlationId + ", " + call.api + ", was due");
            }
            calls.remove();
            handedOn = true;
        } finally {
            if (!handedOn) {
                frame.release();
            }
        }
        call.answer.onAnswer(frame);
    }

    /** Fails all calls, and those that their failures lead to. */
    void failAll(ConnectionFailure failure) {
        for (var call = calls.poll(); call != null; call = calls.poll()) {
            call.answer.onFailure(failure);
        }
    }
}
