package io.millrace.admin;

import static io.millrace.protocol.setting.Setting.ofInt;

import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import java.util.ArrayList;

/** The settings of an admin, under Kafka's names and with its defaults; those of all clients are among them. */
public final class AdminSettings {
    public static final Setting<Integer> API_TIMEOUT_MS = ofInt("default.api.timeout.ms", 60_000).atLeast(1)
            .doc("How long an operation may take with all that it tries again, in milliseconds.");

    /** All settings that an admin understands. */
    public static final SettingCatalog CATALOG = catalog();

    private AdminSettings() {}

    private static SettingCatalog catalog() {
        var all = new ArrayList<Setting<?>>(ClientSettings.all());
        all.add(API_TIMEOUT_MS);
        return new SettingCatalog(all);
    }
}
