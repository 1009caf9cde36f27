package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.topic.TopicConfigs;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.protocol.setting.Setting;

/** What a topic's configs say about its ISR and its elections. */
record TopicRules(int minInsyncReplicas, boolean electsUncleanly) {

    static TopicRules of(DecisionContext context, String topic) {
        return new TopicRules(value(context, topic, TopicSettings.MIN_INSYNC_REPLICAS),
                value(context, topic, TopicSettings.UNCLEAN_LEADER_ELECTION_ENABLE));
    }

    private static <T> T value(DecisionContext context, String topic, Setting<T> setting) {
        var image = context.image();
        var holds = TopicConfigs.sources(setting, image.topicConfigs(topic), image, image.controllerId(),
                context.broker()).get(0);
        return setting.parse(holds.value());
    }
}
