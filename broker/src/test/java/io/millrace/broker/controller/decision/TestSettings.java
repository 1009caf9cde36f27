package io.millrace.broker.controller.decision;

import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.Map;

/** The settings that decisions look at, as defaults or with some of them given. */
public final class TestSettings {
    public static final Settings ALL = with(Map.of());

    private TestSettings() {}

    public static Settings with(Map<String, String> given) {
        var all = new ArrayList<Setting<?>>(ControllerSettings.all());
        all.addAll(TopicSettings.brokerSettings());
        return Settings.parse(new SettingCatalog(all), given);
    }
}
