package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_CONFIG;

import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks a topic's overrides, and says what holds for it and why. Pure. */
public final class TopicConfigs {

    private TopicConfigs() {}

    /** Where a value comes from, with its code in DescribeConfigs; the first that has one wins. */
    public enum Source {
        TOPIC(1),
        DYNAMIC_BROKER(2),
        DYNAMIC_DEFAULT_BROKER(3),
        STATIC_BROKER(4),
        DEFAULT(5);

        private final byte code;

        Source(int code) {
            this.code = (byte) code;
        }

        public byte code() {
            return code;
        }
    }

    /** One value of a setting, under the name by which its source knows it; null if it is unset. */
    public record SourcedValue(String name, String value, Source source) {}

    /** Fails with INVALID_CONFIG unless all overrides are known, parse, and agree with each other. */
    public static void check(Map<String, String> overrides) {
        overrides.forEach((name, value) -> {
            var setting = TopicSettings.CATALOG.byName(name);
            Refusal.unless(setting != null, INVALID_CONFIG, "Unknown topic config ", name,
                    TopicSettings.CATALOG.nearest(name).map(near -> ": did you mean " + near + "?")
                            .orElse(""));
            Refusal.unless(value != null, INVALID_CONFIG, "Topic config ", name,
                    " has no value: leave it out instead");
        });
        try {
            var settings = Settings.parse(TopicSettings.CATALOG, overrides);
            long shortest = settings.get(TopicSettings.MIN_COMPACTION_LAG_MS);
            long longest = settings.get(TopicSettings.MAX_COMPACTION_LAG_MS);
            Refusal.unless(shortest <= longest, INVALID_CONFIG, "min.compaction.lag.ms ", shortest,
                    " is longer than max.compaction.lag.ms ", longest);
        } catch (SettingException e) {
            throw Refusal.of(INVALID_CONFIG, e.getMessage());
        }
    }

    /** All values of one topic setting, the one that holds first; the default comes last and is always there. */
    public static List<SourcedValue> sources(
            Setting<?> setting, Map<String, String> overrides, ClusterImage image, int brokerId,
            Settings broker) {
        var values = new ArrayList<SourcedValue>();
        add(values, setting.name(), overrides, Source.TOPIC);
        var atBroker = TopicSettings.brokerSetting(setting);
        if (atBroker != null) {
            add(values, atBroker.name(), image.configs(ConfigResource.broker(brokerId)),
                    Source.DYNAMIC_BROKER);
            add(values, atBroker.name(), image.configs(ConfigResource.ALL_BROKERS),
                    Source.DYNAMIC_DEFAULT_BROKER);
            if (broker.catalog().byName(atBroker.name()) != null && broker.isGiven(atBroker)) {
                values.add(new SourcedValue(atBroker.name(), broker.text(atBroker), Source.STATIC_BROKER));
            }
        }
        values.add(
                new SourcedValue(atBroker == null ? setting.name() : atBroker.name(), setting.defaultText(),
                        Source.DEFAULT));
        return values;
    }

    private static void add(List<SourcedValue> values, String name, Map<String, String> given,
            Source source) {
        var value = given.get(name);
        if (value != null) {
            values.add(new SourcedValue(name, value, source));
        }
    }
}
