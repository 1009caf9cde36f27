package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataLog.Reader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one reader: a watch on the whole log announces entries, which are read ahead of what has been fed. State
 * belongs to the owner, a single thread. Whatever goes wrong starts a new round, and answers of older rounds are void.
 */
final class LogTail implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final int READ_AHEAD = 500;

    private final ZooKeeperSession session;
    private final SnapshotNodes snapshots;
    private final Executor owner;
    private Reader reader;
    private int round;
    private long nextToRead = 1;
    private long nextToFeed = 1;
    private long newestKnown;
    private boolean listed;
    private boolean caughtUp;
    private boolean stopped;

    LogTail(ZooKeeperSession session, SnapshotNodes snapshots, Executor owner) {
        this.session = session;
        this.snapshots = snapshots;
        this.owner = owner;
    }

    void follow(Reader newReader) {
        owner.execute(() -> {
            reader = newReader;
            session.addListener(this);
        });
    }

    @Override
    public void onConnected(boolean newSession) {
        owner.execute(() -> {
            if (newSession) {
                session.requests().watchBelow(session.znodes().log(), this::onEvent);
            }
            startRound();
        });
    }

    @Override
    public void onLost() {}

    private void onEvent(WatchedEvent event) {
        if (event.getType() == EventType.NodeCreated && !event.getPath().equals(session.znodes().log())) {
            long sequence = Long.parseLong(event.getPath().substring(session.znodes().log().length() + 1));
            owner.execute(() -> {
                newestKnown = Math.max(newestKnown, sequence);
                readAhead();
            });
        }
    }

    /** A watch tells nothing about the time before it: list what is there. */
    private void startRound() {
        int current = ++round;
        listed = false;
        nextToRead = nextToFeed;
        session.requests().sync(session.znodes().log());
        session.requests().children(session.znodes().log()).whenCompleteAsync((names, failure) -> {
            if (current != round) {
                return;
            }
            if (failure != null) {
                onTrouble(failure);
                return;
            }
            var sequences = names.stream().mapToLong(Long::parseLong).summaryStatistics();
            newestKnown = Math.max(newestKnown, names.isEmpty() ? 0 : sequences.getMax());
            if (nextToFeed == 1 || names.isEmpty() || sequences.getMin() > nextToFeed) {
                readSnapshot(current);
            } else {
                onListed();
            }
        }, owner);
    }

    private void readSnapshot(int current) {
        snapshots.readHead().thenCompose(head -> {
            return head.version() == 0
                    ? CompletableFuture.completedFuture(new Snapshot(0, List.of()))
                    : snapshots.read(head).thenApply(chunks -> new Snapshot(head.version(), chunks));
        }).whenCompleteAsync((snapshot, failure) -> {
            if (current != round) {
                return;
            }
            if (failure != null) {
                onTrouble(failure);
                return;
            }
            if (snapshot.version >= nextToFeed
                    && feed(() -> reader.onSnapshot(snapshot.version, snapshot.chunks))) {
                nextToFeed = snapshot.version + 1;
                nextToRead = nextToFeed;
                newestKnown = Math.max(newestKnown, snapshot.version);
            }
            onListed();
        }, owner);
    }

    private record Snapshot(long version, List<MetadataBatch> chunks) {}

    private void onListed() {
        listed = true;
        reportCaughtUp();
        readAhead();
    }

    private void readAhead() {
        while (listed && !stopped && nextToRead <= newestKnown && nextToRead < nextToFeed + READ_AHEAD) {
            int current = round;
            long sequence = nextToRead++;
            session.requests().read(session.znodes().logEntry(sequence))
                    .whenCompleteAsync((node, failure) -> {
                        if (current != round) {
                            return;
                        }
                        if (failure != null) {
                            onTrouble(failure);
                            return;
                        }
                        onEntry(sequence, node.data());
                    }, owner);
        }
    }

    private void onEntry(long sequence, byte[] data) {
        if (!stopped && feed(() -> reader.onEntry(sequence, MetadataBatch.decode(data)))) {
            nextToFeed = sequence + 1;
            reportCaughtUp();
            readAhead();
        }
    }

    private void reportCaughtUp() {
        if (!caughtUp && !stopped && nextToFeed > newestKnown) {
            caughtUp = true;
            reader.onCaughtUp();
        }
    }

    private boolean feed(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            stop(e);
            return false;
        }
    }

    /** A missing node was trimmed before it was read: the snapshot covers it. */
    private void onTrouble(Throwable failure) {
        var code = ZooKeeperException.codeOf(failure);
        if (code == Code.NONODE) {
            startRound();
        } else if (ZooKeeperException.isUnknown(code)) {
            round++; // the session's return starts the next round
        } else {
            stop(new CompletionException("The metadata log cannot be read", failure));
        }
    }

    private void stop(RuntimeException cause) {
        LOG.error("Following the metadata log stopped at entry {}", nextToFeed, cause);
        stopped = true;
        round++;
        reader.onFailure(cause);
    }
}
