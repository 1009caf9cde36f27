package io.millrace.broker.request.config;

import io.millrace.broker.controller.topic.TopicConfigs.Source;
import io.millrace.broker.controller.topic.TopicConfigs.SourcedValue;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Says what holds for a broker and why. Pure. */
final class BrokerConfigs {

    private BrokerConfigs() {}

    /** Every setting of the broker, with those of its parts that have a value. */
    static List<Setting<?>> settings(Settings atStart, Map<String, String> dynamic) {
        var all = new ArrayList<>(atStart.catalog().all());
        var names = new TreeSet<>(atStart.given().keySet());
        names.addAll(dynamic.keySet());
        for (var name : names) {
            var setting = atStart.catalog().byName(name);
            if (setting != null && !all.contains(setting)) {
                all.add(setting);
            }
        }
        return all;
    }

    /** All values of a setting, the one that holds first; the default comes last and is always there. */
    static List<SourcedValue> sources(
            Setting<?> setting, ClusterImage image, int brokerId, Settings atStart) {
        var name = setting.name();
        var values = new ArrayList<SourcedValue>();
        var own = image.configs(ConfigResource.broker(brokerId)).get(name);
        if (own != null) {
            values.add(new SourcedValue(name, own, Source.DYNAMIC_BROKER));
        }
        var defaults = image.configs(ConfigResource.ALL_BROKERS);
        if (defaults.containsKey(name)) {
            values.add(defaultOfAll(setting, defaults));
        }
        if (atStart.isGiven(setting)) {
            values.add(new SourcedValue(name, atStart.text(setting), Source.STATIC_BROKER));
        }
        values.add(new SourcedValue(name, setting.defaultText(), Source.DEFAULT));
        return values;
    }

    static SourcedValue defaultOfAll(Setting<?> setting, Map<String, String> defaults) {
        return new SourcedValue(setting.name(), defaults.get(setting.name()), Source.DYNAMIC_DEFAULT_BROKER);
    }
}
