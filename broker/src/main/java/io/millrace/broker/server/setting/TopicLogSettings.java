package io.millrace.broker.server.setting;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.protocol.setting.Settings;

/** A topic's own configs, over the broker's dynamic ones, over those it was started with. */
public record TopicLogSettings(Settings settings) implements PartitionTable.SettingsSource {

    @Override
    public LogSettings of(ClusterImage image, String topic) {
        var broker = settings.with(image.brokerConfigs(settings.get(BrokerSettings.BROKER_ID)));
        return LogSettings.of(TopicSettings.effective(broker, image.topicConfigs(topic)));
    }
}
