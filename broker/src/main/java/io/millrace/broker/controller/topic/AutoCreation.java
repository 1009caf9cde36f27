package io.millrace.broker.controller.topic;

import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopicConfig;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.message.topic.CreateTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Turns the names of topics that somebody asked for by using them into a request to create them. Pure. */
public final class AutoCreation {
    private static final int PATIENCE_MS = 10_000;

    private AutoCreation() {}

    /** For the names that the image lacks, each once; an internal topic has its own counts and configs. */
    public static CreateTopics.Request request(
            ClusterImage image, Map<String, InternalTopic> internalTopics, Collection<String> names) {
        var wanted = new ArrayList<CreatableTopic>();
        for (var name : new LinkedHashSet<>(names)) {
            if (image.topic(name) == null) {
                wanted.add(creatable(image, name, internalTopics.get(name)));
            }
        }
        return new CreateTopics.Request(wanted, PATIENCE_MS, false);
    }

    private static CreatableTopic creatable(ClusterImage image, String name, InternalTopic internal) {
        if (internal == null) {
            return new CreatableTopic(name, -1, (short) -1, List.of(), List.of());
        }
        int live = Math.max(1, image.brokers().size());
        var configs = internal.configs().entrySet().stream()
                .map(entry -> new CreatableTopicConfig(entry.getKey(), entry.getValue())).toList();
        return new CreatableTopic(name, internal.numPartitions(),
                (short) Math.min(internal.replicationFactor(), live), List.of(), configs);
    }
}
