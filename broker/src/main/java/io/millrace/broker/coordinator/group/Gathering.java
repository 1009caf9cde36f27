package io.millrace.broker.coordinator.group;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Collects the parts of one answer from several owners, in the order of the question. Each part may come on any thread;
 * the whole is handed over once, by whoever brings the last part.
 */
final class Gathering<T> {
    private final AtomicReferenceArray<T> parts;
    private final AtomicInteger missing;
    private final Consumer<List<T>> whole;

    private Gathering(int count, Consumer<List<T>> whole) {
        this.parts = new AtomicReferenceArray<>(count);
        this.missing = new AtomicInteger(count);
        this.whole = whole;
    }

    /** A question that asks one owner about one thing. */
    @FunctionalInterface
    interface Part<K, T> {
        void ask(K about, Consumer<T> reply);
    }

    static <K, T> void gather(List<K> questions, Part<K, T> part, Consumer<List<T>> whole) {
        if (questions.isEmpty()) {
            whole.accept(List.of());
            return;
        }
        var gathering = new Gathering<T>(questions.size(), whole);
        for (int i = 0; i < questions.size(); i++) {
            int slot = i;
            part.ask(questions.get(i), answer -> gathering.put(slot, answer));
        }
    }

    @SuppressWarnings("unchecked") // every slot was filled with a T
    private void put(int slot, T answer) {
        parts.set(slot, answer);
        if (missing.decrementAndGet() == 0) {
            var all = new Object[parts.length()];
            for (int i = 0; i < all.length; i++) {
                all[i] = parts.get(i);
            }
            whole.accept((List<T>) Arrays.asList(all));
        }
    }
}
