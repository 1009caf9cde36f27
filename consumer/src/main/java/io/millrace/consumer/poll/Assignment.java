package io.millrace.consumer.poll;

import io.millrace.consumer.fetch.FetchListener;
import io.millrace.consumer.fetch.FetchedChunk;
import io.millrace.consumer.poll.PolledPartition.Arrival;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.MalformedMessageException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The partitions that are read, where the application stands in each, and the chunks that wait for it. Owned by the
 * polling thread; what the fetcher tells it arrives through the mailbox.
 */
public final class Assignment implements FetchListener, AutoCloseable {
    private final Mailbox mailbox;
    private final FetchCommands fetcher;
    private final Map<TopicPartition, PolledPartition> partitions = new LinkedHashMap<>();
    private final ArrayDeque<Arrival> ready = new ArrayDeque<>();
    private final ChunkReader reader = new ChunkReader();
    private PolledPartition open;
    private long lastStart;

    public Assignment(Mailbox mailbox, FetchCommands fetcher) {
        this.mailbox = mailbox;
        this.fetcher = fetcher;
    }

    @Override
    public void started(TopicPartition partition, long start, Position position) {
        mailbox.execute(() -> current(partition, start, known -> known.moveTo(position)));
    }

    @Override
    public void fetched(FetchedChunk chunk) {
        mailbox.execute(() -> {
            var known = partitions.get(chunk.partition());
            if (known != null && known.start() == chunk.start()) {
                known.learn(chunk.bounds());
                if (chunk.hasRecords()) {
                    ready.add(new Arrival(known, chunk, null, null));
                }
            } else {
                drop(chunk);
            }
        });
    }

    @Override
    public void ended(TopicPartition partition, long start, RuntimeException reason, StartPoint remedy) {
        mailbox.execute(() -> current(partition, start,
                known -> ready.add(new Arrival(known, null, reason, remedy))));
    }

    private void current(TopicPartition partition, long start, Consumer<PolledPartition> use) {
        var known = partitions.get(partition);
        if (known != null && known.start() == start) {
            use.accept(known);
        }
    }

    public Set<TopicPartition> partitions() {
        return Set.copyOf(partitions.keySet());
    }

    public boolean contains(TopicPartition partition) {
        return partitions.containsKey(partition);
    }

    public boolean isEmpty() {
        return partitions.isEmpty();
    }

    /** Reads these partitions and no others: new ones from this point on, the others on where they are. */
    public void assign(Collection<TopicPartition> wanted, StartPoint at) {
        var gone = new HashSet<>(partitions.keySet());
        gone.removeAll(wanted);
        gone.forEach(this::remove);
        for (var partition : wanted) {
            if (!partitions.containsKey(partition)) {
                partitions.put(partition, new PolledPartition(partition));
                seek(partition, at);
            }
        }
    }

    private void remove(TopicPartition partition) {
        var removed = partitions.remove(partition);
        dropWaiting(removed);
        fetcher.send(to -> to.stop(partition));
    }

    /** Reads the partition from this point on. */
    public void seek(TopicPartition partition, StartPoint at) {
        var known = partitions.get(partition);
        dropWaiting(known);
        long start = ++lastStart;
        known.restart(start, at);
        boolean isPaused = known.isPaused();
        fetcher.send(to -> to.start(partition, start, at, isPaused));
    }

    private void dropWaiting(PolledPartition of) {
        if (open == of) {
            finish();
        }
        ready.removeIf(arrival -> arrival.of() == of && isDropped(arrival));
        of.aside().removeIf(this::isDropped);
    }

    private boolean isDropped(Arrival arrival) {
        if (arrival.chunk() != null) {
            drop(arrival.chunk());
        }
        return true;
    }

    private void drop(FetchedChunk chunk) {
        int bytes = chunk.sizeBytes();
        chunk.release();
        if (bytes > 0) {
            fetcher.send(to -> to.polled(chunk.partition(), chunk.start(), bytes));
        }
    }

    public void pause(TopicPartition partition, boolean pauses) {
        var known = partitions.get(partition);
        known.pause(pauses);
        while (!pauses && !known.aside().isEmpty()) {
            ready.addFirst(known.aside().pollLast());
        }
        fetcher.send(to -> to.pause(partition, pauses));
    }

    public boolean isPaused(TopicPartition partition) {
        return partitions.get(partition).isPaused();
    }

    /** The position of the next record; null while it is not known. */
    public Position position(TopicPartition partition) {
        return partitions.get(partition).position();
    }

    /** Whether the position is known; throws what keeps it from becoming known. */
    public boolean settle(TopicPartition partition) {
        var known = partitions.get(partition);
        if (known.position() == null) {
            ready.stream().filter(arrival -> arrival.of() == known).findFirst().ifPresent(arrival -> {
                ready.remove(arrival);
                end(arrival);
            });
        }
        if (known.failure() != null) {
            throw known.failure();
        }
        return known.position() != null;
    }

    /** How many records lie behind the position, as far as is known. */
    public OptionalLong lag(TopicPartition partition, boolean isReadCommitted) {
        var known = partitions.get(partition);
        long end = isReadCommitted ? known.bounds().lastStableOffset() : known.bounds().highWatermark();
        return end < 0 || known.position() == null ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, end - known.position().offset()));
    }

    /** The positions that are known. */
    public Map<TopicPartition, Position> positions() {
        var known = new LinkedHashMap<TopicPartition, Position>();
        partitions.forEach((partition, state) -> {
            if (state.position() != null) {
                known.put(partition, state.position());
            }
        });
        return known;
    }

    /** Throws what keeps a partition from being read, if there is such a one. */
    public void checkFailures() {
        for (var partition : partitions.values()) {
            if (partition.failure() != null) {
                throw partition.failure();
            }
        }
    }

    /**
     * A reader of the chunk whose turn it is, or null if nothing waits. It is asked with {@link #next}, and after its use
     * {@link #stop} takes note of how far it came.
     */
    public ChunkReader open() {
        if (open != null && !open.isPaused() && open.failure() == null) {
            return reader;
        }
        if (open != null) {
            open.aside().addFirst(new Arrival(open, reader.chunk(), null, null));
            open = null;
        }
        while (!ready.isEmpty()) {
            var arrival = ready.poll();
            if (arrival.of().isPaused()) {
                arrival.of().aside().add(arrival);
            } else if (arrival.chunk() == null) {
                end(arrival);
            } else {
                open = arrival.of();
                reader.open(arrival.chunk(), open.position().offset());
                return reader;
            }
        }
        return null;
    }

    private void end(Arrival arrival) {
        if (arrival.remedy() == null) {
            arrival.of().fail(arrival.reason());
        } else {
            seek(arrival.of().partition(), arrival.remedy());
        }
    }

    /** Whether the open chunk has another record. A chunk that turns out to be broken fails its partition. */
    public boolean next() {
        try {
            return reader.next();
        } catch (MalformedMessageException e) {
            fail(e);
            return false;
        }
    }

    /** The partition of the open chunk cannot be read on until somebody seeks. */
    public void fail(RuntimeException reason) {
        open.fail(reason);
    }

    /** The reader stops here for now: the position follows it. A chunk that is read to its end goes. */
    public void stop(boolean isAtEnd) {
        if (isAtEnd && open.failure() == null) {
            open.moveTo(reader.chunk().end());
            finish();
        } else {
            open.moveTo(reader.position());
        }
    }

    private void finish() {
        var chunk = reader.chunk();
        open = null;
        drop(chunk);
    }

    /** Lets go of all partitions and of what they hold. */
    @Override
    public void close() {
        mailbox.runAll();
        assign(Set.of(), new StartPoint.Committed());
        reader.close();
    }
}
