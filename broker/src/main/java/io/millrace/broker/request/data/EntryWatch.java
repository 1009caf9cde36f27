package io.millrace.broker.request.data;

import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.watch.Observer;
import java.util.concurrent.atomic.AtomicBoolean;

/** Calls an entry of a session up when its partition has something new to show it. Told by the partition's owner. */
final class EntryWatch implements Observer {
    private static final long AT_ONCE = Integer.MAX_VALUE;

    final FetchEntry entry;
    final Partition partition;
    private final FetchSession session;
    private final boolean seesUncommitted;
    private final AtomicBoolean isCalled = new AtomicBoolean();
    private volatile boolean isOver;

    EntryWatch(FetchSession session, FetchEntry entry, Partition partition, boolean seesUncommitted) {
        this.session = session;
        this.entry = entry;
        this.partition = partition;
        this.seesUncommitted = seesUncommitted;
    }

    /** Tells it of everything since the end that it watches was seen there. Any thread. */
    void begin(long seenOffset) {
        if (partition.owner().inEventLoop()) {
            partition.observe(this, seesUncommitted, seenOffset);
        } else {
            partition.owner().execute(() -> {
                partition.observe(this, seesUncommitted, seenOffset);
                call(0); // the high watermark may have moved since it was looked at
            });
        }
    }

    void end() {
        isOver = true;
    }

    @Override
    public boolean isOver() {
        return isOver || session.isClosed();
    }

    @Override
    public void grown(long bytes) {
        if (seesUncommitted) {
            call(bytes);
        }
    }

    @Override
    public void committed(long bytes) {
        call(seesUncommitted ? 0 : bytes);
    }

    @Override
    public void changed() {
        call(AT_ONCE);
    }

    private void call(long bytes) {
        if (!isOver()) {
            session.called(this, isCalled.compareAndSet(false, true), bytes);
        }
    }

    /** The entry is about to be looked at: what comes from now on calls it up again. */
    void heard() {
        isCalled.set(false);
    }
}
