package io.millrace.broker.server;

import io.millrace.broker.request.ConnectionInfo;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Router;
import io.millrace.broker.simulation.machine.StepLoop;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** One request's connection, which copies the answer out. */
record SimulatedExchange(EventExecutor loop, Asked asked,
        Consumer<ByteBuf> reply) implements Exchange.Channel {
    private static final ConnectionInfo INFO = new ConnectionInfo("PLAINTEXT",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000));

    /** The request, its body without a header. */
    record Asked(ApiKey api, int version, ByteBuf body) {}

    static void ask(Router router, StepLoop loop, Asked asked, Consumer<ByteBuf> reply) {
        var exchange = new Exchange(new SimulatedExchange(loop, asked, reply), asked.api,
                (short) asked.version, 1, "simulation", asked.body);
        router.route(asked.body, exchange);
    }

    @Override
    public ConnectionInfo info() {
        return INFO;
    }

    @Override
    public EventExecutor loop() {
        return loop;
    }

    @Override
    public ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public void answered(Exchange exchange) {
        var pieces = exchange.response().toArray(ByteBuf[]::new);
        var copy = Unpooled.buffer();
        for (var piece : pieces) {
            copy.writeBytes(piece);
            piece.release();
        }
        int headerBytes = asked.api.responseHeaderVersion(asked.version) > 0 ? 9 : 8;
        reply.accept(copy.skipBytes(headerBytes));
    }

    @Override
    public void close(String reason) {
        throw new IllegalStateException("the broker ends the connection: " + reason);
    }
}
