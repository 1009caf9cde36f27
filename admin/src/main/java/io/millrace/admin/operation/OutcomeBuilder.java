package io.millrace.admin.operation;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects {@link Outcomes}; used by one thread at a time, mostly the client's loop. */
public final class OutcomeBuilder<K, V> {
    private final Map<K, V> values = new LinkedHashMap<>();
    private final Map<K, RuntimeException> failures = new LinkedHashMap<>();

    /** Takes the value, or the failure that the error says; the message may be null. */
    public void add(K key, V value, ErrorCode error, String message) {
        if (error == ErrorCode.NONE) {
            values.put(key, value);
        } else {
            failures.put(key, new ApiException(error,
                    message == null || message.isEmpty() ? key + ": " + error : message));
        }
    }

    public void value(K key, V value) {
        values.put(key, value);
    }

    public void failure(K key, RuntimeException failure) {
        failures.put(key, failure);
    }

    public void addAll(Outcomes<K, V> others) {
        values.putAll(others.values());
        failures.putAll(others.failures());
    }

    public Outcomes<K, V> build() {
        return new Outcomes<>(Collections.unmodifiableMap(values), Collections.unmodifiableMap(failures));
    }
}
