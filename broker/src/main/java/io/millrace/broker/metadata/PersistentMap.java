package io.millrace.broker.metadata;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * An immutable hash map whose changed copies share all shards that the change did not touch, so that one topic more
 * among 20,000 costs one shard and the array of shards. Changes go through an {@link Editor} of one thread.
 */
final class PersistentMap<K, V> {
    private static final int SHARDS = 1024;
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(emptyShards(), 0);

    private final Map<K, V>[] shards;
    private final int size;

    private PersistentMap(Map<K, V>[] shards, int size) {
        this.shards = shards;
        this.size = size;
    }

    @SuppressWarnings("unchecked")
    static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Map<K, V>[] emptyShards() {
        var shards = (Map<K, V>[]) new Map<?, ?>[SHARDS];
        Arrays.fill(shards, Map.of());
        return shards;
    }

    private static int shardOf(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> 22;
    }

    V get(K key) {
        return shards[shardOf(key)].get(key);
    }

    int size() {
        return size;
    }

    /** A view of the values, in no order. */
    Collection<V> values() {
        return new AbstractCollection<>() {
            @Override
            public Iterator<V> iterator() {
                return Arrays.stream(shards).flatMap(shard -> shard.values().stream()).iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    void forEach(BiConsumer<K, V> visitor) {
        for (var shard : shards) {
            shard.forEach(visitor);
        }
    }

    /** Visits each key whose value is not the same object in both maps; null stands for absent. */
    void forEachDifference(PersistentMap<K, V> later, DifferenceVisitor<K, V> visitor) {
        for (int i = 0; i < SHARDS; i++) {
            if (shards[i] == later.shards[i]) {
                continue;
            }
            var laterShard = later.shards[i];
            shards[i].forEach((key, before) -> {
                var after = laterShard.get(key);
                if (after != before) {
                    visitor.onDifference(key, before, after);
                }
            });
            var shard = shards[i];
            laterShard.forEach((key, after) -> {
                if (!shard.containsKey(key)) {
                    visitor.onDifference(key, null, after);
                }
            });
        }
    }

    Editor<K, V> edit() {
        return new Editor<>(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PersistentMap<?, ?> that && size == that.size
                && Arrays.equals(shards, that.shards);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, Arrays.hashCode(shards));
    }

    /** What differs between two maps. */
    interface DifferenceVisitor<K, V> {
        void onDifference(K key, V before, V after);
    }

    /** Collects changes to one map; copies a shard at its first change. */
    static final class Editor<K, V> {
        private final PersistentMap<K, V> base;
        private Map<K, V>[] shards;
        private int size;

        private Editor(PersistentMap<K, V> base) {
            this.base = base;
            this.shards = base.shards;
            this.size = base.size;
        }

        V get(K key) {
            return shards[shardOf(key)].get(key);
        }

        void put(K key, V value) {
            if (ownShard(key).put(key, value) == null) {
                size++;
            }
        }

        void remove(K key) {
            if (get(key) != null) {
                ownShard(key).remove(key);
                size--;
            }
        }

        private Map<K, V> ownShard(K key) {
            if (shards == base.shards) {
                shards = base.shards.clone();
            }
            int index = shardOf(key);
            if (shards[index] == base.shards[index]) {
                shards[index] = new HashMap<>(shards[index]);
            }
            return shards[index];
        }

        PersistentMap<K, V> build() {
            return shards == base.shards ? base : new PersistentMap<>(shards, size);
        }
    }
}
