package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with settings. */
final class ConfigNoun {
    private ConfigNoun() {}

    /** A topic by its name, "broker:1", "group:name", or "brokers" for all brokers. */
    private static ConfigResource resource(Admin admin, String text) {
        if (text.equals("brokers")) {
            return ConfigResource.everyBroker();
        }
        if (text.startsWith("broker:")) {
            return new ConfigResource(ConfigResource.Type.BROKER, text.substring("broker:".length()));
        }
        if (text.startsWith("group:")) {
            return new ConfigResource(ConfigResource.Type.GROUP, text.substring("group:".length()));
        }
        TopicNoun.requireTopic(admin, text);
        return ConfigResource.topic(text);
    }

    private static List<ConfigEntry> entries(Admin admin, ConfigResource resource) {
        return ToolRun.await(admin.describeConfigs(List.of(resource))).get(resource).stream()
                .sorted(Comparator.comparing(ConfigEntry::name)).toList();
    }

    @Command(name = "millrace config show", description = "Shows settings that were changed, or all of them.")
    static final class Show implements Verb {
        @Parameters(index = "0", paramLabel = "WHOSE", description = "A topic, broker:ID, group:ID, or brokers for all.") private String whose;

        @Option(names = "--all", description = "Defaults, too.") private boolean isAll;

        @Override
        public Sheet act(Admin admin) {
            var sheet = Sheet.of("name", "value", "source");
            entries(admin, resource(admin, whose)).stream().filter(each -> isAll || !each.isDefault())
                    .forEach(each -> sheet.row(each.name(), each.value(), each.source()));
            return sheet;
        }
    }

    @Command(name = "millrace config set", description = "Changes settings; an empty value brings the default back.")
    static final class Change implements Verb {
        @Parameters(index = "0", paramLabel = "WHOSE", description = "A topic, broker:ID, group:ID, or brokers for all.") private String whose;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME=VALUE", description = "The settings.") private List<String> values = List
                .of();

        @Option(names = "--dry-run", description = "Only show what would change.") private boolean isDryRun;

        @Override
        public Sheet act(Admin admin) {
            var resource = resource(admin, whose);
            var before = entries(admin, resource).stream()
                    .collect(Collectors.toMap(ConfigEntry::name, each -> each));
            var sheet = Sheet.of("name", "before", isDryRun ? "would be" : "after");
            var changes = new ArrayList<ConfigChange>();
            NamedValues.parse(values).forEach((name, value) -> {
                var known = before.get(name);
                if (known == null && resource.type() == ConfigResource.Type.TOPIC) {
                    throw ToolFailure.of("There is no setting " + name + " of topics."
                            + Guess.among(before.keySet(), name) + " All of them: millrace config show "
                            + whose
                            + " --all");
                }
                changes.add(value.isEmpty() ? ConfigChange.delete(name) : ConfigChange.set(name, value));
                sheet.row(name, known == null ? null : known.value(), value.isEmpty() ? "(default)" : value);
            });
            ToolRun.await(admin.incrementalAlterConfigs(Map.of(resource, changes), isDryRun)).all();
            return sheet;
        }
    }
}
