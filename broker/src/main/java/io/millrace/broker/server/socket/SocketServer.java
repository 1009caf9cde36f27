package io.millrace.broker.server.socket;

import io.millrace.broker.request.Router;
import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.transport.FrameDecoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the listeners and gives each accepted socket to a core loop. Started and stopped by the broker. */
public final class SocketServer {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final CoreLoops loops;
    private final Settings settings;
    private final Router router;
    private final ConnectionLimits limits = new ConnectionLimits();
    private final List<AcceptGate> gates = new CopyOnWriteArrayList<>();
    private final RequestMemory memory;
    private final Map<EventExecutor, ConnectionRegistry> registries = new ConcurrentHashMap<>();
    private final List<Channel> listening = new ArrayList<>();

    public SocketServer(CoreLoops loops, Settings settings, Router router) {
        this.loops = loops;
        this.settings = settings;
        this.router = router;
        limits.change(settings);
        long bound = settings.get(SocketSettings.MAX_BYTES_IN_FLIGHT);
        this.memory = new RequestMemory(bound < 0 ? Long.MAX_VALUE : bound);
        for (var loop : loops.all()) {
            registries.put(loop,
                    new ConnectionRegistry(loop, memory, settings.get(SocketSettings.MAX_IDLE_MS)));
        }
    }

    /** Takes over the settings that change at run time. May block, to look up host names. */
    public void change(Settings changed) {
        limits.change(changed);
        gates.forEach(AcceptGate::reconsider);
    }

    /** Opens the port, without answering yet. The result has the real port; a failure names the fix. */
    public InetSocketAddress bind(ListenerAddress listener) throws IOException {
        var address = listener.host().isEmpty()
                ? new InetSocketAddress(listener.port())
                : new InetSocketAddress(listener.host(), listener.port());
        if (address.isUnresolved()) {
            throw new IOException(
                    "Cannot listen on " + listener + ": the host is unknown; correct listeners");
        }
        var gate = new AcceptGate(listener.name(), limits,
                () -> gates.forEach(AcceptGate::connectionClosed),
                () -> closeOneBut(listener.name(), registries.values().iterator(), null));
        var bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, settings.get(SocketSettings.BACKLOG))
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(gate)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                .childHandler(new Accepted(listener.name()))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("Cannot listen on " + listener + ": " + bound.cause().getMessage()
                    + "; stop the process that uses the port, or choose another with --override listeners="
                    + listener.name() + "://" + listener.host() + ":PORT");
        }
        listening.add(bound.channel());
        gates.add(gate);
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Makes room for a connection of the listener, which is let in past the cap. */
    private void closeOneBut(String spared, Iterator<ConnectionRegistry> left,
            ConnectionRegistry.Idle longest) {
        if (left.hasNext()) {
            left.next().findLongestIdle(spared, longest, found -> closeOneBut(spared, left, found));
        } else if (longest != null) {
            longest.connection().close("a broker needs its place, and max.connections is reached");
        }
    }

    /** Starts to answer. Who connected since the ports were opened has waited and is served now. */
    public void open() {
        gates.forEach(AcceptGate::open);
    }

    /** Sets up an accepted socket on its core loop. */
    private final class Accepted extends ChannelInitializer<SocketChannel> {
        private final String listener;

        Accepted(String listener) {
            this.listener = listener;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            sizeBuffers(channel);
            var registry = registries.get(channel.eventLoop());
            var connection = new Connection(listener, router, registry, memory);
            channel.pipeline().addLast(
                    new FrameDecoder(settings.get(SocketSettings.MAX_REQUEST_BYTES), connection), connection);
        }

        private void sizeBuffers(SocketChannel channel) {
            int send = settings.get(SocketSettings.SEND_BUFFER_BYTES);
            if (send > 0) {
                channel.config().setSendBufferSize(send);
            }
            int receive = settings.get(SocketSettings.RECEIVE_BUFFER_BYTES);
            if (receive > 0) {
                channel.config().setReceiveBufferSize(receive);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.warn("A socket could not be set up: {}", cause.getMessage());
            ctx.close();
        }
    }

    /** Stops accepting, lets requests in flight finish for at most this long, then closes the rest. */
    public void stop(long graceMs) throws InterruptedException {
        for (var channel : listening) {
            channel.close().awaitUninterruptibly();
        }
        var drained = new CountDownLatch(registries.size());
        registries.values().forEach(registry -> registry.drain(drained::countDown));
        if (!drained.await(graceMs, TimeUnit.MILLISECONDS)) {
            registries.values().forEach(ConnectionRegistry::closeAll);
        }
    }
}
