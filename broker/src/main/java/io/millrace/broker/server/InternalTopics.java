package io.millrace.broker.server;

import io.millrace.broker.controller.topic.InternalTopic;
import io.millrace.broker.coordinator.group.GroupSettings;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.setting.Settings;
import java.util.List;
import java.util.Map;

/** The topics that the brokers themselves need, as this broker's settings want them. */
final class InternalTopics {

    private InternalTopics() {}

    static List<InternalTopic> of(Settings settings) {
        return List.of(new InternalTopic(TopicImage.CONSUMER_OFFSETS,
                settings.get(GroupSettings.OFFSETS_TOPIC_PARTITIONS),
                settings.get(GroupSettings.OFFSETS_TOPIC_REPLICATION_FACTOR),
                Map.of("cleanup.policy", "compact", "compression.type", "producer", "segment.bytes",
                        Integer.toString(settings.get(GroupSettings.OFFSETS_TOPIC_SEGMENT_BYTES)))));
    }
}
