package io.millrace.producer.send;

import io.millrace.protocol.client.Answer;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.data.ProduceRequestWriter;
import io.millrace.protocol.data.ProduceResponse;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes calls as Produce requests, without copying their records, and reads the answers. Owned by the client's loop. */
final class ProduceEncoder {
    private static final int LAST_VERSION_WITH_NAMES = 12;

    private final SendRules rules;
    private final GatherBuffer frame = new GatherBuffer();
    private final ProduceRequestWriter writer = new ProduceRequestWriter();

    ProduceEncoder(SendRules rules) {
        this.rules = rules;
    }

    void send(Connection connection, int highestVersion, ProduceCall call, ClusterView view) {
        var byTopic = new LinkedHashMap<String, List<ProduceCall.Entry>>();
        for (var entry : call.entries()) {
            byTopic.computeIfAbsent(entry.sender().partition().topic(), absent -> new ArrayList<>())
                    .add(entry);
        }
        var ids = new HashMap<String, Uuid>();
        byTopic.keySet().forEach(name -> {
            var topic = view.topic(name);
            ids.put(name, topic == null ? Uuid.ZERO : topic.id());
        });
        int version = ids.containsValue(Uuid.ZERO) ? Math.min(highestVersion, LAST_VERSION_WITH_NAMES)
                : highestVersion;
        frame.begin(connection.beginRaw(ApiKey.PRODUCE, version));
        writer.begin(frame, version, null, rules.acks(), rules.requestTimeoutMs(), byTopic.size());
        byTopic.forEach((name, entries) -> {
            writer.topic(name, ids.get(name), entries.size());
            entries.forEach(entry -> writer.partition(entry.sender().partition().partition(),
                    entry.outgoing().batch().retainedContent()));
        });
        writer.end();
        send(connection, version, call, ids);
    }

    private void send(Connection connection, int version, ProduceCall call, Map<String, Uuid> ids) {
        if (rules.isAnswered()) {
            connection.sendRaw(ApiKey.PRODUCE, version, frame, rules.requestTimeoutMs(),
                    new Reader(call, version, ids));
        } else {
            boolean isTaken = connection.sendUnanswered(frame);
            connection.loop().execute(isTaken ? call::sentUnanswered
                    : () -> call.failed(new ConnectionFailure(ConnectionFailure.Kind.CLOSED,
                            connection + " was closed")));
        }
    }

    private record Reader(ProduceCall call, int version, Map<String, Uuid> ids) implements Answer {
        @Override
        public void onAnswer(ByteBuf body) {
            ProduceResponse response;
            try {
                response = ProduceResponse.read(body, version);
            } catch (MalformedMessageException e) {
                call.failed(new ConnectionFailure(ConnectionFailure.Kind.MALFORMED, e.getMessage()));
                throw e;
            } finally {
                body.release();
            }
            call.answered(inOrder(response), response.endpoints());
        }

        /** The results in the order of the call's batches, which is mostly that of the answer too. */
        private List<ProducedPartition> inOrder(ProduceResponse response) {
            var results = new ProducedPartition[call.size()];
            int guess = 0;
            for (var topic : response.topics()) {
                for (var partition : topic.partitions()) {
                    for (int tried = 0; tried < results.length; tried++) {
                        int index = (guess + tried) % results.length;
                        if (isSame(index, topic, partition.partition())) {
                            results[index] = partition;
                            guess = index + 1;
                            break;
                        }
                    }
                }
            }
            return Arrays.asList(results);
        }

        private boolean isSame(int index, ProduceResponse.Topic topic, int partition) {
            var sent = call.partition(index);
            return sent.partition() == partition && (topic.name() != null ? topic.name().equals(sent.topic())
                    : topic.topicId().equals(ids.get(sent.topic())));
        }

        @Override
        public void onFailure(RuntimeException failure) {
            call.failed(failure);
        }
    }
}
