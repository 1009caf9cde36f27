package io.millrace.consumer.handling;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Queues of work, one for each key that has any: the first of each queue is under way, the others wait for it. Owned by
 * one thread. Keys are told apart by their equals, arrays of bytes by their content; work without a key waits for nothing.
 */
public final class KeyLanes<W> {
    private final Map<Object, ArrayDeque<W>> lanes = new HashMap<>();
    private final Consumer<W> start;
    private int size;

    /** Is told of each piece of work that is first in its queue. */
    public KeyLanes(Consumer<W> start) {
        this.start = start;
    }

    /** What stands for a key among those of one group of them; work without a key stands for itself. */
    public static Object laneOf(Object group, Object key, Object work) {
        if (key == null) {
            return work;
        }
        return Map.entry(group, key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key);
    }

    /** How much is under way or waits. */
    public int size() {
        return size;
    }

    public void add(Object lane, W work) {
        var queue = lanes.computeIfAbsent(lane, absent -> new ArrayDeque<>(1));
        queue.add(work);
        size++;
        if (queue.size() == 1) {
            start.accept(work);
        }
    }

    /** Whether the work is first in its queue, and has not been dropped. */
    public boolean isFirst(Object lane, W work) {
        var queue = lanes.get(lane);
        return queue != null && queue.peek() == work;
    }

    /** The first of a queue is done with: the next one starts. Nothing happens if it has been dropped. */
    public void finish(Object lane, W work) {
        if (!isFirst(lane, work)) {
            return;
        }
        var queue = lanes.get(lane);
        queue.poll();
        size--;
        if (queue.isEmpty()) {
            lanes.remove(lane);
        } else {
            start.accept(queue.peek());
        }
    }

    /** Forgets everything, that which is under way too. */
    public void drop() {
        lanes.clear();
        size = 0;
    }
}
