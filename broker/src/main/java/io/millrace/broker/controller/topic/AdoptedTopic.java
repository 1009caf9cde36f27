package io.millrace.broker.controller.topic;

import io.millrace.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;

/**
 * A topic that comes with its logs from another system, and keeps its id. The epochs are the last that each
 * partition's log was led under, by index; the configs are valid ones.
 */
public record AdoptedTopic(String name, Uuid id, List<Integer> leaderEpochs, Map<String, String> configs) {

    public AdoptedTopic {
        leaderEpochs = List.copyOf(leaderEpochs);
        configs = Map.copyOf(configs);
    }
}
