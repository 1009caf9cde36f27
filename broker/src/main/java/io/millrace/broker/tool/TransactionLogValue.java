package io.millrace.broker.tool;

import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Tagged;
import java.util.List;

/** The value of a record of {@code __transaction_state}. Source: KIP-98, KIP-890. */
@Schema(versions = "0-1", flexibleSince = 1)
record TransactionLogValue(
        long producerId,
        @Since(1) @Tagged(0) @Ignorable @Default("-1") long previousProducerId,
        @Since(1) @Tagged(1) @Ignorable @Default("-1") long nextProducerId,
        short producerEpoch,
        @Since(1) @Tagged(3) @Ignorable @Default("-1") short nextProducerEpoch,
        int transactionTimeoutMs,
        byte transactionStatus,
        @Nullable List<Partitions> transactionPartitions,
        long transactionLastUpdateTimestampMs,
        long transactionStartTimestampMs,
        @Since(1) @Tagged(2) @Ignorable short clientTransactionVersion) {

    record Partitions(String topic, List<Integer> partitionIds) {}

    /** Its key, versioned likewise. */
    @Schema(versions = "0")
    record Key(String transactionalId) {}
}
