package io.millrace.producer.send;

import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.record.Compression;

/** What the settings say about sending. Immutable. */
public record SendRules(
        short acks,
        boolean isIdempotent,
        int mostInFlight,
        int mostRequestBytes,
        int mostRetries,
        long lingerNs,
        long deliveryTimeoutNs,
        int requestTimeoutMs,
        Backoff backoff,
        Compression compression,
        int compressionLevel) {

    boolean isAnswered() {
        return acks != 0;
    }
}
