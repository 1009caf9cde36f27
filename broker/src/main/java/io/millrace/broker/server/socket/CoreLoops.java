package io.millrace.broker.server.socket;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops that own connections and partitions: epoll where it works, NIO elsewhere. */
public final class CoreLoops {
    private static final long STOP_TIMEOUT_MS = 2_000;

    private final EventLoopGroup group;
    private final Class<? extends ServerSocketChannel> serverChannelType;
    private final Class<? extends SocketChannel> channelType;
    private final List<EventLoop> loops = new ArrayList<>();

    public CoreLoops(int count) {
        boolean hasEpoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("core", false),
                hasEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        serverChannelType = hasEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        channelType = hasEpoll ? EpollSocketChannel.class : NioSocketChannel.class;
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
        }
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> serverChannelType() {
        return serverChannelType;
    }

    /** The type of sockets that connect to others. */
    public Class<? extends SocketChannel> channelType() {
        return channelType;
    }

    public List<EventLoop> all() {
        return loops;
    }

    public void stop() {
        group.shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * STOP_TIMEOUT_MS);
    }
}
