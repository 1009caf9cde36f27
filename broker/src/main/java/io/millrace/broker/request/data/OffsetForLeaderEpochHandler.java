package io.millrace.broker.request.data;

import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch.Response.EndOffset;
import io.millrace.protocol.wire.ErrorCode;

/** Answers OffsetForLeaderEpoch from the published epochs of the logs that this broker leads. */
public final class OffsetForLeaderEpochHandler
        implements
            Handler<OffsetForLeaderEpoch.Request, OffsetForLeaderEpoch.Response> {
    private static final int NONE = -1;

    private final PartitionTable partitions;
    private final TopicLookup topics;

    public OffsetForLeaderEpochHandler(PartitionTable partitions, TopicLookup topics) {
        this.partitions = partitions;
        this.topics = topics;
    }

    @Override
    public void handle(OffsetForLeaderEpoch.Request request, Exchange exchange,
            Reply<OffsetForLeaderEpoch.Response> reply) {
        exchange.releaseFrame();
        boolean isFromFollower = request.replicaId() >= 0;
        reply.send(new OffsetForLeaderEpoch.Response(0, request.topics().stream().map(topic -> {
            var found = topics.find(topic.topic(), null);
            return new OffsetForLeaderEpoch.Response.Topic(topic.topic(), topic.partitions().stream()
                    .map(asked -> answer(found, asked, isFromFollower)).toList());
        }).toList()));
    }

    private EndOffset answer(TopicLookup.Found topic, OffsetForLeaderEpoch.Request.Partition asked,
            boolean isFromFollower) {
        if (topic.error() != ErrorCode.NONE) {
            return failed(asked, topic.error());
        }
        var partition = partitions.find(topic.id(), asked.partition());
        if (partition == null) {
            return failed(asked, topics.missing(topic, asked.partition()));
        }
        var error = isFromFollower ? partition.checkLeader(asked.currentLeaderEpoch())
                : partition.checkClient(asked.currentLeaderEpoch());
        if (error != ErrorCode.NONE) {
            return failed(asked, error);
        }
        var log = partition.log();
        var end = log.epochs().endOf(asked.leaderEpoch(), log.logEndOffset());
        return new EndOffset(ErrorCode.NONE, asked.partition(), end.epoch(), end.offset());
    }

    private static EndOffset failed(OffsetForLeaderEpoch.Request.Partition asked, ErrorCode error) {
        return new EndOffset(error, asked.partition(), NONE, NONE);
    }
}
