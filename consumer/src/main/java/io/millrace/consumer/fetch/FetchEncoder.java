package io.millrace.consumer.fetch;

import io.millrace.protocol.client.Answer;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.ForgottenTopic;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes calls as Fetch requests, and reads the answers. Owned by the client's loop. */
final class FetchEncoder {
    private static final int LAST_VERSION_WITH_NAMES = 12;

    private final FetchRules rules;
    private final FetchRequestWriter writer = new FetchRequestWriter();

    FetchEncoder(FetchRules rules) {
        this.rules = rules;
    }

    void send(Connection connection, int highestVersion, FetchCall call) {
        int version = call.hasTopicIds() ? highestVersion : Math.min(highestVersion, LAST_VERSION_WITH_NAMES);
        var frame = connection.beginRaw(ApiKey.FETCH, version);
        var topics = byTopic(call.entries());
        writer.begin(frame, version, parameters(call), topics.size());
        topics.forEach((name, entries) -> {
            writer.topic(name, entries.get(0).topicId(), entries.size());
            entries.forEach(entry -> writer.partition(FetchRequestWriter.Position.ofConsumer(
                    entry.partition().partition(), entry.leaderEpoch(), entry.offset(),
                    rules.maxPartitionBytes())));
        });
        writer.end(forgotten(call));
        connection.sendRaw(ApiKey.FETCH, version, frame, rules.requestTimeoutMs(),
                new Reader(call.outcome(), version));
    }

    private FetchParameters parameters(FetchCall call) {
        return new FetchParameters(FetchParameters.CONSUMER, FetchParameters.UNKNOWN_EPOCH, rules.maxWaitMs(),
                rules.minBytes(), rules.maxBytes(), rules.isolationLevel(), call.sessionId(),
                call.sessionEpoch(), rules.rackId(), null);
    }

    private static List<ForgottenTopic> forgotten(FetchCall call) {
        var forgotten = new ArrayList<ForgottenTopic>();
        byTopic(call.forgotten()).forEach((name, entries) -> forgotten.add(new ForgottenTopic(name,
                entries.get(0).topicId(), entries.stream().map(FetchCall.Entry::partition)
                        .mapToInt(TopicPartition::partition).toArray())));
        return forgotten;
    }

    private static Map<String, List<FetchCall.Entry>> byTopic(List<FetchCall.Entry> entries) {
        var topics = new LinkedHashMap<String, List<FetchCall.Entry>>();
        entries.forEach(
                entry -> topics.computeIfAbsent(entry.partition().topic(), absent -> new ArrayList<>())
                        .add(entry));
        return topics;
    }

    private record Reader(FetchCall.Outcome outcome, int version) implements Answer {
        @Override
        public void onAnswer(ByteBuf body) {
            FetchResponse response;
            try {
                response = FetchResponse.read(body, version);
            } catch (MalformedMessageException e) {
                body.release();
                outcome.failed(new ConnectionFailure(ConnectionFailure.Kind.MALFORMED, e.getMessage()));
                throw e;
            }
            try {
                outcome.answered(response);
            } finally {
                body.release();
            }
        }

        @Override
        public void onFailure(RuntimeException failure) {
            outcome.failed(failure);
        }
    }
}
