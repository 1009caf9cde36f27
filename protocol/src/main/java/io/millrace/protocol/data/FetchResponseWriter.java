package io.millrace.protocol.data;

import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.millrace.protocol.data.FetchedPartition.Redirect;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/**
 * Appends one Fetch response to a {@link GatherBuffer}, topic by topic; records go in as slices, without a copy.
 * Reused; owned by one connection. What the version cannot carry is left out.
 */
public final class FetchResponseWriter {
    static final int DIVERGING_EPOCH_TAG = 0;
    static final int CURRENT_LEADER_TAG = 1;

    private final FieldWriter writer = new FieldWriter();
    private final TopicWriter topics = new TopicWriter(writer);
    private GatherBuffer out;
    private int version;

    /** Begins a response with so many topics; an error here is one of the session, and then there are none. */
    public void begin(GatherBuffer out, int version, FetchHead head, int topicCount) {
        this.out = out;
        this.version = version;
        writer.wrap(out.fixed(), ApiKey.FETCH.isFlexible(version));
        writer.int32(head.throttleTimeMs());
        if (version >= FetchVersions.SESSIONS) {
            writer.int16(head.errorCode().code());
            writer.int32(head.sessionId());
        }
        topics.begin(version >= FetchVersions.TOPIC_IDS, topicCount);
    }

    /** Begins a topic with so many partitions; from version 13 on only the id is sent, before only the name. */
    public void topic(String name, Uuid topicId, int partitionCount) {
        topics.topic(name, topicId, partitionCount);
    }

    /** Takes over the reference of the partition's records. */
    public void partition(FetchedPartition answer) {
        writer.int32(answer.partition());
        writer.int16(answer.errorCode().code());
        writer.int64(answer.highWatermark());
        writer.int64(answer.lastStableOffset());
        if (version >= FetchVersions.LOG_START_OFFSET) {
            writer.int64(answer.logStartOffset());
        }
        abortedTransactions(answer.abortedTransactions());
        var redirect = answer.redirect();
        if (version >= FetchVersions.RACK_ID) {
            writer.int32(redirect == null ? Redirect.NO_REPLICA : redirect.preferredReadReplica());
        }
        writer.count(answer.records().readableBytes());
        out.append(answer.records());
        if (version >= FetchVersions.FLEXIBLE) {
            tags(redirect);
        }
    }

    /** Ends the response; the endpoints are those of the current leaders that it names. */
    public void end(List<NodeEndpoint> endpoints) {
        topics.end();
        if (version >= FetchVersions.FLEXIBLE) {
            NodeEndpoint.writeTagged(writer, version < FetchVersions.NODE_ENDPOINTS ? List.of() : endpoints);
        }
    }

    private void abortedTransactions(List<AbortedTransaction> transactions) {
        writer.count(transactions == null ? -1 : transactions.size());
        if (transactions != null) {
            for (var transaction : transactions) {
                writer.int64(transaction.producerId());
                writer.int64(transaction.firstOffset());
                writer.noTags();
            }
        }
    }

    private void tags(Redirect redirect) {
        if (redirect == null) {
            writer.noTags();
            return;
        }
        var diverging = redirect.divergingEpoch();
        var leader = redirect.currentLeader();
        writer.tagCount((diverging == null ? 0 : 1) + (leader == null ? 0 : 1));
        if (diverging != null) {
            diverging.write(writer, DIVERGING_EPOCH_TAG);
        }
        if (leader != null) {
            leader.write(writer, CURRENT_LEADER_TAG);
        }
    }
}
