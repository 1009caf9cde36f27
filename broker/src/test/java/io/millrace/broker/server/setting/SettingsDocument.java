package io.millrace.broker.server.setting;

import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import java.util.HashSet;
import java.util.Locale;

/** Writes docs/settings.md from the settings themselves. */
final class SettingsDocument {
    private final StringBuilder out = new StringBuilder();

    static String render() {
        var document = new SettingsDocument();
        document.broker();
        document.topics();
        document.ignored();
        return document.out.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private void broker() {
        line("# Settings");
        line("");
        line("This page is written from the code: change a setting there, then run");
        line("`mvn -pl broker -am test -Dtest=SettingsDocumentTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dsettings.write=true`.");
        line("Names, types and defaults are those of Kafka wherever Kafka has the setting.");
        line("");
        line("## Broker");
        line("");
        line("Given in `config/server.properties` or on the command line. A setting that changes at run time is"
                + " set with `kafka-configs`: for one broker, or for all.");
        line("");
        line("| Name | Type | Default | Values | Changes | Meaning |");
        line("|---|---|---|---|---|---|");
        var defaultsOfTopics = new HashSet<Setting<?>>(TopicSettings.brokerSettings());
        for (var setting : BrokerSettings.CATALOG.all()) {
            if (!defaultsOfTopics.contains(setting)) {
                line("| " + names(setting) + common(setting) + " | " + reload(setting.reload()) + " | "
                        + cell(setting.doc()) + " |");
            }
        }
        line("");
    }

    private void topics() {
        line("## Topics");
        line("");
        line("Given when a topic is created, or changed at any time. The broker's setting of the second column is"
                + " the default of all topics, and also changes at run time.");
        line("");
        line("| Name | Default of all topics | Type | Default | Values | Meaning |");
        line("|---|---|---|---|---|---|");
        for (var setting : TopicSettings.CATALOG.all()) {
            var atBroker = TopicSettings.brokerSetting(setting);
            line("| " + names(setting) + " | " + (atBroker == null ? "" : names(atBroker)) + common(setting)
                    + " | " + cell(setting.doc()) + " |");
        }
        line("");
    }

    private void ignored() {
        line("## Settings of Kafka without effect");
        line("");
        line("They may stay in `server.properties`: the broker says once at start that they do nothing.");
        line("");
        line("| Names | Why |");
        line("|---|---|");
        for (var reason : IgnoredSettings.all()) {
            line("| `" + String.join("`, `", reason.names()) + "` | " + cell(reason.why()) + " |");
        }
    }

    private static String names(Setting<?> setting) {
        var names = new StringBuilder("`" + setting.name() + "`");
        setting.aliases().forEach(alias -> names.append(", `").append(alias.name()).append("`"));
        return names.toString();
    }

    private static String common(Setting<?> setting) {
        var value = setting.defaultText();
        String shown = value == null ? "unset" : value.isEmpty() ? "empty" : "`" + cell(value) + "`";
        return " | " + setting.type().name().toLowerCase(Locale.ROOT) + " | " + shown + " | "
                + cell(setting.rangeText());
    }

    private static String reload(Reload reload) {
        return switch (reload) {
            case AT_START -> "at start";
            case PER_BROKER -> "at run time, for one broker";
            case CLUSTER_WIDE -> "at run time";
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
