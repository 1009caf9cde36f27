package io.millrace.consumer.handling;

import io.millrace.consumer.position.Position;
import java.util.ArrayDeque;

/**
 * How much of one partition is done: records are begun in order and finished in any; the position is before the first that
 * is not finished. Owned by one thread.
 */
public final class CompletedOffsets {
    private final ArrayDeque<Handled> open = new ArrayDeque<>();
    private Position position;

    /** One record under way. */
    public static final class Handled {
        private final Position next;
        private boolean isFinished;

        private Handled(Position next) {
            this.next = next;
        }
    }

    /** Everything before this position is done. */
    public CompletedOffsets(Position from) {
        position = from;
    }

    /** The record at this offset is begun. */
    public Handled begin(long offset, int leaderEpoch) {
        var handled = new Handled(new Position(offset + 1, leaderEpoch));
        open.add(handled);
        return handled;
    }

    public void finish(Handled handled) {
        handled.isFinished = true;
        while (!open.isEmpty() && open.peek().isFinished) {
            position = open.poll().next;
        }
    }

    /** What may be committed. */
    public Position position() {
        return position;
    }

    /** Whether all that was begun is finished. */
    public boolean isDone() {
        return open.isEmpty();
    }
}
