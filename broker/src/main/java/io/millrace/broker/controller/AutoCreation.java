package io.millrace.broker.controller;

import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopicConfig;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Decides the creation of topics that somebody asked for by using them. Pure. */
final class AutoCreation {
    private static final int ANY_TIME_MS = Integer.MAX_VALUE;

    private AutoCreation() {}

    static Decision<Map<String, ErrorCode>> decide(
            DecisionContext context, Map<String, InternalTopic> internalTopics, Collection<String> names) {
        var wanted = new ArrayList<CreatableTopic>();
        var outcomes = new HashMap<String, ErrorCode>();
        for (var name : new LinkedHashSet<>(names)) {
            if (context.image().topic(name) != null) {
                outcomes.put(name, ErrorCode.NONE);
            } else {
                wanted.add(creatable(context, name, internalTopics.get(name)));
            }
        }
        var creation = TopicCreation.decide(context, new CreateTopics.Request(wanted, ANY_TIME_MS, false));
        creation.response().topics().forEach(result -> outcomes.put(result.name(), result.errorCode()));
        return new Decision<>(creation.records(), outcomes);
    }

    private static CreatableTopic creatable(DecisionContext context, String name, InternalTopic internal) {
        if (internal == null) {
            return new CreatableTopic(name, -1, (short) -1, List.of(), List.of());
        }
        int live = Math.max(1, context.image().brokers().size());
        var configs = internal.configs().entrySet().stream()
                .map(entry -> new CreatableTopicConfig(entry.getKey(), entry.getValue())).toList();
        return new CreatableTopic(name, internal.numPartitions(),
                (short) Math.min(internal.replicationFactor(), live), List.of(), configs);
    }
}
