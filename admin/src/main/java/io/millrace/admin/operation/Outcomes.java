package io.millrace.admin.operation;

import io.millrace.protocol.wire.ApiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * What became of each of several things that were asked for together: a value or a failure, in the order in which they
 * were asked for. A failure is an {@link ApiException}, or a ConnectionFailure if a broker could not be reached.
 * Immutable.
 */
public record Outcomes<K, V>(Map<K, V> values, Map<K, RuntimeException> failures) {

    /** The value; throws the failure if there is one. */
    public V get(K key) {
        var failure = failures.get(key);
        if (failure != null) {
            throw failure;
        }
        if (!values.containsKey(key)) {
            throw new NoSuchElementException("not asked for: " + key);
        }
        return values.get(key);
    }

    /** All values; throws the first failure if there is one. */
    public Map<K, V> all() {
        for (var failure : failures.values()) {
            throw failure;
        }
        return values;
    }

    /** The same with other values. */
    public <W> Outcomes<K, W> map(Function<V, W> change) {
        var changed = new LinkedHashMap<K, W>();
        values.forEach((key, value) -> changed.put(key, change.apply(value)));
        return new Outcomes<>(changed, failures);
    }
}
