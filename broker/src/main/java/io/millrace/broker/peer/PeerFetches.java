package io.millrace.broker.peer;

import io.millrace.broker.partition.fetcher.Peers;
import io.millrace.protocol.client.Answer;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;

/** Sends followers' fetches over connections of their own, since an answer may wait for records. Immutable. */
public final class PeerFetches implements Peers {
    private final Map<? extends EventExecutor, PeerConnections> byLoop;
    private final int timeoutMs;

    /** Connections for each loop on which there may be a fetcher. */
    public PeerFetches(Map<? extends EventExecutor, PeerConnections> byLoop, int timeoutMs) {
        this.byLoop = byLoop;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void fetch(int brokerId, EventExecutor loop, RequestBody request, Reply reply) {
        var connections = byLoop.get(loop);
        var open = connections.open(brokerId);
        if (open != null) {
            send(open, request, reply);
            return;
        }
        connections.to(brokerId).whenComplete((connection, failure) -> {
            if (failure != null) {
                reply.onFailure(failure.getMessage());
            } else {
                send(connection, request, reply);
            }
        });
    }

    private void send(Connection connection, RequestBody request, Reply reply) {
        int version = connection.versions().highest(ApiKey.FETCH);
        var frame = connection.beginRaw(ApiKey.FETCH, version);
        request.write(frame, version);
        connection.sendRaw(ApiKey.FETCH, version, frame, timeoutMs, new Answer() {
            @Override
            public void onAnswer(ByteBuf body) {
                reply.onAnswer(body, version);
            }

            @Override
            public void onFailure(RuntimeException failure) {
                reply.onFailure(failure.getMessage());
            }
        });
    }
}
