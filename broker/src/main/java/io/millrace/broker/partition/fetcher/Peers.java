package io.millrace.broker.partition.fetcher;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;

/** How a fetcher reaches other brokers. */
public interface Peers {

    /** Writes the body of a Fetch request in the version that both ends speak. */
    @FunctionalInterface
    interface RequestBody {
        void write(ByteBuf out, int version);
    }

    /** Told once how a fetch ended, on the fetcher's loop. */
    interface Reply {
        /** The body of the response, which the receiver releases. */
        void onAnswer(ByteBuf body, int version);

        void onFailure(String reason);
    }

    /** Fetches from a broker; connects if need be. Called on the loop. */
    void fetch(int brokerId, EventExecutor loop, RequestBody request, Reply reply);
}
