package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigResource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-configs.sh}: shows and changes the settings of topics, brokers and groups. */
@Command(name = "millrace-configs.sh", sortOptions = false, description = "Shows and changes the settings of topics, brokers and groups.")
public final class Configs implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--describe", description = "Show settings.") private boolean describes;

    @Option(names = "--alter", description = "Change settings.") private boolean alters;

    @Option(names = "--all", description = "Show settings with their defaults, too.") private boolean showsAll;

    @Option(names = "--entity-type", paramLabel = "TYPE", description = "topics, brokers, groups, broker-loggers or client-metrics.") private String type;

    @Option(names = "--entity-name", paramLabel = "NAME", description = "Whose settings; those of all if absent, to describe them.") private String name;

    @Option(names = "--entity-default", description = "The settings of all brokers.") private boolean isDefault;

    @Option(names = "--topic", paramLabel = "NAME", description = "Of this topic.") private String topic;

    @Option(names = "--broker", paramLabel = "ID", description = "Of this broker.") private String broker;

    @Option(names = "--broker-defaults", description = "Of all brokers.") private boolean brokerDefaults;

    @Option(names = "--broker-logger", paramLabel = "ID", description = "Of this broker's loggers.") private String brokerLogger;

    @Option(names = "--client-metrics", paramLabel = "NAME", description = "Of this subscription to metrics.") private String clientMetrics;

    @Option(names = "--group", paramLabel = "ID", description = "Of this group.") private String group;

    @Option(names = "--add-config", paramLabel = "LIST", description = "name=value,name=[value,value] and so on.") private String added;

    @Option(names = "--add-config-file", paramLabel = "FILE", description = "The same, one name=value a line.") private Path addedFile;

    @Option(names = "--delete-config", paramLabel = "NAMES", description = "Back to the default; names separated by commas.") private String deleted;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new Configs(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (describes == alters) {
            throw ToolFailure.usage("Command must include exactly one action: --describe, --alter");
        }
        var entity = entity();
        if (alters) {
            checkChange(entity);
        }
        try (var admin = cluster.open()) {
            if (alters) {
                alter(admin, entity, console);
            } else {
                new ConfigReport(admin, showsAll, console.out()).print(entity.type(), entity.name());
            }
            return 0;
        }
    }

    /** Whose settings are meant; without a name those of all, the empty name stands for the brokers' default. */
    private record Entity(ConfigResource.Type type, String name) {}

    private Entity entity() {
        var given = Stream
                .of(entity(ConfigResource.Type.TOPIC, topic), entity(ConfigResource.Type.BROKER, broker),
                        entity(ConfigResource.Type.BROKER_LOGGER, brokerLogger),
                        entity(ConfigResource.Type.CLIENT_METRICS, clientMetrics),
                        entity(ConfigResource.Type.GROUP, group),
                        brokerDefaults ? List.of(new Entity(ConfigResource.Type.BROKER, ""))
                                : List.<Entity>of(),
                        type == null ? List.<Entity>of()
                                : List.of(new Entity(typeNamed(type), isDefault ? "" : name)))
                .flatMap(List::stream).toList();
        if (given.isEmpty()) {
            throw ToolFailure.of("At least one entity type must be specified");
        }
        if (given.size() > 1) {
            throw ToolFailure.of("Only one entity can be specified");
        }
        return given.get(0);
    }

    private static List<Entity> entity(ConfigResource.Type type, String name) {
        return name == null ? List.of() : List.of(new Entity(type, name));
    }

    private static ConfigResource.Type typeNamed(String name) {
        return switch (name) {
            case "topics" -> ConfigResource.Type.TOPIC;
            case "brokers" -> ConfigResource.Type.BROKER;
            case "broker-loggers" -> ConfigResource.Type.BROKER_LOGGER;
            case "client-metrics" -> ConfigResource.Type.CLIENT_METRICS;
            case "groups" -> ConfigResource.Type.GROUP;
            default -> throw ToolFailure.of("Invalid entity type " + name + ", the entity type must be one of"
                    + " topics, brokers, client-metrics, groups, broker-loggers");
        };
    }

    private void checkChange(Entity entity) {
        if (entity.name() == null) {
            throw ToolFailure.of(
                    "An entity-name or default entity must be specified with --alter of " + type);
        }
        if (added == null && addedFile == null && deleted == null) {
            throw ToolFailure.of(
                    "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter");
        }
        if (added != null && addedFile != null) {
            throw ToolFailure.of("Only one of --add-config or --add-config-file must be specified");
        }
    }

    private void alter(Admin admin, Entity entity, Console console) throws IOException {
        var changes = new ArrayList<ConfigChange>();
        var settings = addedFile == null ? additions() : new TreeMap<>(Cluster.read(addedFile));
        settings.forEach((setting, value) -> changes.add(ConfigChange.set(setting, value)));
        if (deleted != null) {
            Stream.of(deleted.split(",", -1)).map(String::strip).filter(each -> !each.isEmpty())
                    .forEach(setting -> changes.add(ConfigChange.delete(setting)));
        }
        var resource = new ConfigResource(entity.type(), entity.name());
        try {
            ToolRun.await(admin.incrementalAlterConfigs(Map.of(resource, changes), false)).all();
        } catch (RuntimeException e) {
            throw ToolFailure.of("Error while executing config command: " + ToolRun.explain(e));
        }
        console.out().println(entity.name().isEmpty()
                ? "Completed updating default config for brokers in the cluster."
                : "Completed updating config for " + ConfigReport.kind(entity.type()) + " " + entity.name()
                        + ".");
    }

    private Map<String, String> additions() {
        var settings = new TreeMap<String, String>();
        if (added == null) {
            return settings;
        }
        for (var pair : added.split(",(?![^\\[\\]]*])", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw ToolFailure.of("Invalid entity config: all configs to be added must be in the format"
                        + " \"key=val\", not " + pair);
            }
            settings.put(pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip().replaceAll("^\\[|]$", ""));
        }
        return settings;
    }
}
