package io.millrace.broker.request.data;

import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells readers of committed records which of those that they are sent were aborted. Used by the loop of one fetch; the
 * indexes of transactions are searched on storage threads.
 */
final class AbortedTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(AbortedTransactions.class);

    private AbortedTransactions() {}

    /** Puts them into answers; null if no record needs them, else completes when they are there, on any thread. */
    static CompletableFuture<Void> addTo(FetchedPartition[] answers, List<FetchEntry> entries,
            PartitionReader reader) {
        List<CompletableFuture<Void>> searches = null;
        for (int i = 0; i < answers.length; i++) {
            long endOffset = endOfTransactional(answers[i].records());
            var partition = endOffset < 0 ? null : reader.find(entries.get(i));
            if (partition != null) {
                searches = searches == null ? new ArrayList<>(1) : searches;
                searches.add(search(partition, entries.get(i).fetchOffset(), endOffset, answers, i));
            }
        }
        return searches == null ? null
                : CompletableFuture.allOf(searches.toArray(CompletableFuture<?>[]::new));
    }

    /** Where records end of which some are of a transaction; -1 if none is. */
    private static long endOfTransactional(ByteBuf records) {
        if (!records.isReadable()) {
            return -1;
        }
        var batch = new RecordBatch();
        boolean isTransactional = false;
        for (int at = records.readerIndex(); at < records.writerIndex(); at += batch.sizeInBytes()) {
            isTransactional |= batch.wrap(records, at).isTransactional();
        }
        return isTransactional ? batch.nextOffset() : -1;
    }

    private static CompletableFuture<Void> search(Partition partition, long fromOffset, long endOffset,
            FetchedPartition[] answers, int at) {
        return partition.log().coldReads().abortedTransactions(fromOffset, endOffset)
                .handle((found, error) -> {
                    if (error == null) {
                        answers[at] = answers[at].with(found.stream().map(
                                aborted -> new AbortedTransaction(aborted.producerId(),
                                        aborted.firstOffset()))
                                .toList());
                    } else {
                        LOG.error("{} cannot be read: what was aborted of it is unknown: {}", partition,
                                error.getMessage());
                        answers[at].records().release();
                        answers[at] = FetchedPartition.failed(answers[at].partition(),
                                ErrorCode.KAFKA_STORAGE_ERROR, null);
                    }
                    return null;
                });
    }
}
