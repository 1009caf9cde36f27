package io.millrace.protocol.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The one thread of a client. It is a daemon: an application that forgets to close its client ends all the same. */
final class ClientLoop implements AutoCloseable {
    private static final long QUIET_MS = 0;
    private static final long STOP_LIMIT_MS = 5_000;

    private final MultiThreadIoEventLoopGroup group;
    private final String name;

    ClientLoop(String name) {
        this.name = name;
        this.group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true),
                NioIoHandler.newFactory());
    }

    EventLoop loop() {
        return group.next();
    }

    /** Runs each task on a short-lived thread of its own: name look-ups, which block and are rare. */
    Executor blockingTasks() {
        return task -> {
            var thread = new Thread(task, name + "-lookup");
            thread.setDaemon(true);
            thread.start();
        };
    }

    /** Ends the thread; returns when it is gone, unless it is the caller's own. */
    @Override
    public void close() {
        boolean isOwn = loop().inEventLoop();
        var stopped = group.shutdownGracefully(QUIET_MS, STOP_LIMIT_MS, TimeUnit.MILLISECONDS);
        if (!isOwn) {
            stopped.awaitUninterruptibly(STOP_LIMIT_MS);
        }
    }
}
