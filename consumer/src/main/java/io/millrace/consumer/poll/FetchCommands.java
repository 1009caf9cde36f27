package io.millrace.consumer.poll;

import io.millrace.consumer.fetch.Fetcher;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the polling thread's commands to the fetcher on its loop, many at a time. */
public final class FetchCommands {
    private static final Logger LOG = LoggerFactory.getLogger(FetchCommands.class);

    private final Executor loop;
    private final ConcurrentLinkedQueue<Consumer<Fetcher>> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isPosted = new AtomicBoolean();
    private final Runnable run = this::run;
    private Fetcher fetcher;

    public FetchCommands(Executor loop) {
        this.loop = loop;
    }

    /** The one to command; before the first command. */
    public void to(Fetcher commanded) {
        fetcher = commanded;
    }

    void send(Consumer<Fetcher> command) {
        commands.add(command);
        if (!isPosted.getAndSet(true)) {
            try {
                loop.execute(run);
            } catch (RejectedExecutionException e) {
                LOG.debug("The consumer is closed: nothing is fetched any more");
            }
        }
    }

    private void run() {
        isPosted.set(false);
        for (var command = commands.poll(); command != null; command = commands.poll()) {
            command.accept(fetcher);
        }
        fetcher.pump();
    }
}
