package io.millrace.broker.server.socket;

import io.millrace.broker.request.Router;
import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.setting.SettingException;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the listeners and gives each accepted socket to a core loop. Started and stopped by the broker. */
public final class SocketServer {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(4 << 20, 16 << 20);

    private final CoreLoops loops;
    private final Settings settings;
    private final Router router;
    private final ConnectionLimits limits;
    private final long maxBytesInFlight;
    private final Map<EventExecutor, ConnectionRegistry> registries = new ConcurrentHashMap<>();
    private final List<Channel> listening = new ArrayList<>();

    public SocketServer(CoreLoops loops, Settings settings, Router router) {
        this.loops = loops;
        this.settings = settings;
        this.router = router;
        this.limits = new ConnectionLimits(settings.get(SocketSettings.MAX_CONNECTIONS),
                settings.get(SocketSettings.MAX_PER_IP),
                parseOverrides(settings.get(SocketSettings.MAX_PER_IP_OVERRIDES)));
        long bound = settings.get(SocketSettings.MAX_BYTES_IN_FLIGHT);
        this.maxBytesInFlight = bound < 0 ? Long.MAX_VALUE : bound;
        for (var loop : loops.all()) {
            registries.put(loop,
                    new ConnectionRegistry(loop, limits, settings.get(SocketSettings.MAX_IDLE_MS)));
        }
    }

    private static Map<InetAddress, Integer> parseOverrides(List<String> entries) {
        var overrides = new HashMap<InetAddress, Integer>();
        for (var entry : entries) {
            int colon = entry.lastIndexOf(':');
            try {
                overrides.put(InetAddress.getByName(entry.substring(0, colon)),
                        Integer.valueOf(entry.substring(colon + 1)));
            } catch (UnknownHostException e) {
                throw new SettingException("max.connections.per.ip.overrides names " + entry
                        + ", whose address cannot be resolved");
            }
        }
        return overrides;
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
        var bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, settings.get(SocketSettings.BACKLOG))
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
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
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Starts to answer. Who connected since the ports were opened has waited and is served now. */
    public void open() {
        listening.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Sets up an accepted socket on its core loop. */
    private final class Accepted extends ChannelInitializer<SocketChannel> {
        private final String listener;

        Accepted(String listener) {
            this.listener = listener;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            var refusal = limits.admit(channel.remoteAddress().getAddress());
            if (refusal != null) {
                LOG.warn("Refusing a connection from {}: {}", channel.remoteAddress(), refusal);
                channel.close();
                return;
            }
            sizeBuffers(channel);
            var registry = registries.get(channel.eventLoop());
            channel.pipeline().addLast(
                    new FrameDecoder(settings.get(SocketSettings.MAX_REQUEST_BYTES)),
                    new Connection(listener, router, registry, maxBytesInFlight));
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
