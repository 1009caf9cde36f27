package io.millrace.broker.request.data;

import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.fetcher.SendPace;
import io.millrace.broker.request.ConnectionInfo;
import io.millrace.protocol.data.EpochEndOffset;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Reads one partition for a fetch, from the published state of its log. Any thread. */
public final class PartitionReader {
    private static final int FIRST_VERSION_WITH_ZSTD = 10;
    private static final int FIRST_VERSION_WITH_RACK = 11;

    /** How much may be read, and by whom. */
    record Limits(ConnectionInfo connection, int version, FetchParameters parameters, int maxBytes,
            boolean atLeastOneBatch) {

        /** Whether it is a consumer that knows that it may be sent to a follower (KIP-392). */
        boolean mayReadFollower() {
            return parameters.replicaId() == FetchParameters.CONSUMER && version >= FIRST_VERSION_WITH_RACK;
        }
    }

    private final PartitionTable partitions;
    private final TopicLookup topics;
    private final LeaderHints hints;
    private final NearestReplica nearest;
    private final SendPace pace;

    public PartitionReader(PartitionTable partitions, TopicLookup topics, LeaderHints hints,
            NearestReplica nearest, SendPace pace) {
        this.nearest = nearest;
        this.pace = pace;
        this.partitions = partitions;
        this.topics = topics;
        this.hints = hints;
    }

    /** The partition on this broker; null if there is none. */
    Partition find(FetchEntry entry) {
        var topic = topics.find(entry.topic(), entry.topicId());
        return topic.error() == ErrorCode.NONE ? partitions.find(topic.id(), entry.partition()) : null;
    }

    /** Whether an answer that there is no leader here came too early: the partition is being opened, or just was. */
    boolean isPremature(FetchEntry entry, FetchedPartition answer, FetchParameters parameters) {
        if (answer.errorCode() != ErrorCode.NOT_LEADER_OR_FOLLOWER || refuses(entry, parameters)) {
            return false;
        }
        var partition = find(entry);
        return partition != null && (partition.isOpening() || partition.checkClient(-1) == ErrorCode.NONE);
    }

    /** Whether a follower has to wait for the records of a partition, since too many are on their way. */
    boolean withholds(FetchEntry entry, FetchParameters parameters) {
        if (!parameters.isFromFollower()) {
            return false;
        }
        var partition = find(entry);
        return partition != null
                && pace.withholds(partition.topic(), partition.index(), parameters.replicaId());
    }

    /** A follower gets these bytes. */
    void sent(FetchEntry entry, FetchParameters parameters, int bytes) {
        var partition = find(entry);
        if (partition != null) {
            pace.sent(partition.topic(), partition.index(), parameters.replicaId(), bytes);
        }
    }

    /** Whether it comes from a follower that is not to be heard. */
    boolean refuses(FetchEntry entry, FetchParameters parameters) {
        return parameters.isFromFollower() && topics.refusal(topics.find(entry.topic(), entry.topicId()),
                entry.partition(), parameters) != ErrorCode.NONE;
    }

    /** The answer, whose records the caller owns; null if the bytes must be warmed first. */
    FetchedPartition read(FetchEntry entry, Limits limits) {
        var topic = topics.find(entry.topic(), entry.topicId());
        if (topic.error() != ErrorCode.NONE) {
            return FetchedPartition.failed(entry.partition(), topic.error(), null);
        }
        var partition = partitions.find(topic.id(), entry.partition());
        if (partition == null) {
            return misplaced(entry, topic.name(), topics.missing(topic, entry.partition()));
        }
        var error = check(partition, entry, limits);
        if (error == ErrorCode.NONE && limits.parameters.isFromFollower()) {
            error = topics.refusal(topic, entry.partition(), limits.parameters);
        }
        boolean mayAskFollower = limits.parameters.replicaId() == FetchParameters.DEBUGGING_CONSUMER
                && error == ErrorCode.NOT_LEADER_OR_FOLLOWER && partition.log() != null;
        if (error != ErrorCode.NONE && !mayAskFollower) {
            return misplaced(entry, topic.name(), error);
        }
        int replica = nearest(topic.name(), entry, partition, limits);
        if (replica != NearestReplica.THE_LEADER) {
            return redirected(entry, partition, FetchedPartition.Redirect.toReplica(replica));
        }
        var diverging = divergence(entry, partition);
        if (diverging != null) {
            return redirected(entry, partition, FetchedPartition.Redirect.diverging(diverging));
        }
        return readLog(entry, partition, limits);
    }

    private static ErrorCode check(Partition partition, FetchEntry entry, Limits limits) {
        if (limits.mayReadFollower()) {
            return partition.checkReplica(entry.currentLeaderEpoch());
        }
        return limits.parameters.replicaId() == FetchParameters.CONSUMER
                ? partition.checkClient(entry.currentLeaderEpoch())
                : partition.checkLeader(entry.currentLeaderEpoch());
    }

    /** Where a consumer should rather read what all in-sync replicas have; -1 for here. */
    private int nearest(String topic, FetchEntry entry, Partition partition, Limits limits) {
        boolean isThere = limits.mayReadFollower() && partition.isLeader()
                && entry.fetchOffset() >= partition.log().logStartOffset()
                && entry.fetchOffset() <= partition.highWatermark();
        return isThere ? nearest.of(topic, entry.partition(), limits.parameters.rackId(), limits.connection)
                : NearestReplica.THE_LEADER;
    }

    private static FetchedPartition redirected(FetchEntry entry, Partition partition,
            FetchedPartition.Redirect redirect) {
        return new FetchedPartition(entry.partition(), ErrorCode.NONE, partition.highWatermark(),
                partition.lastStableOffset(), partition.log().logStartOffset(), null, redirect,
                Unpooled.EMPTY_BUFFER);
    }

    private FetchedPartition misplaced(FetchEntry entry, String topic, ErrorCode error) {
        var leader = hints.leaderOf(topic, entry.partition());
        boolean isHintDue = error == ErrorCode.NOT_LEADER_OR_FOLLOWER
                || error == ErrorCode.FENCED_LEADER_EPOCH;
        return FetchedPartition.failed(entry.partition(), error,
                isHintDue && leader != null ? FetchedPartition.Redirect.toLeader(leader) : null);
    }

    /** Where the reader's history leaves ours (KIP-595); null if it does not. */
    private static EpochEndOffset divergence(FetchEntry entry, Partition partition) {
        if (entry.lastFetchedEpoch() < 0) {
            return null;
        }
        var log = partition.log();
        var end = log.epochs().endOf(entry.lastFetchedEpoch(), log.logEndOffset());
        boolean isShared = end.epoch() == entry.lastFetchedEpoch() && end.offset() >= entry.fetchOffset();
        return isShared ? null : new EpochEndOffset(end.epoch(), end.offset());
    }

    private FetchedPartition readLog(FetchEntry entry, Partition partition, Limits limits) {
        var log = partition.log();
        var parameters = limits.parameters;
        long end = parameters.readsUncommitted() ? log.logEndOffset()
                : parameters.readsCommittedOnly() ? partition.lastStableOffset() : partition.highWatermark();
        int maxBytes = Math.min(entry.maxBytes(), limits.maxBytes);
        var read = log.read(entry.fetchOffset(), end, maxBytes, limits.atLeastOneBatch);
        return switch (read.status()) {
            case COLD -> null;
            case OUT_OF_RANGE -> outOfRange(entry, partition);
            case STORAGE_ERROR -> FetchedPartition.failed(entry.partition(),
                    limits.version <= 5 ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.KAFKA_STORAGE_ERROR,
                    null);
            case DATA -> found(entry, partition, limits, read);
        };
    }

    /** A follower is told where the log starts, to begin anew there. */
    private static FetchedPartition outOfRange(FetchEntry entry, Partition partition) {
        return new FetchedPartition(entry.partition(), ErrorCode.OFFSET_OUT_OF_RANGE, -1, -1,
                partition.log().logStartOffset(), null, null, Unpooled.EMPTY_BUFFER);
    }

    private static FetchedPartition found(
            FetchEntry entry, Partition partition, Limits limits, LogRead read) {
        if (limits.version < FIRST_VERSION_WITH_ZSTD && containsZstd(read.records())) {
            read.records().release();
            return FetchedPartition.failed(entry.partition(), ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, null);
        }
        return new FetchedPartition(entry.partition(), ErrorCode.NONE, partition.highWatermark(),
                partition.lastStableOffset(), partition.log().logStartOffset(),
                limits.parameters.readsCommittedOnly() ? List.of() : null, null, read.records());
    }

    private static boolean containsZstd(ByteBuf records) {
        var batch = new RecordBatch();
        for (int at = records.readerIndex(); at < records.writerIndex(); at += batch.sizeInBytes()) {
            batch.wrap(records, at);
            if (batch.compressionId() == Compression.ZSTD.id()) {
                return true;
            }
        }
        return false;
    }
}
