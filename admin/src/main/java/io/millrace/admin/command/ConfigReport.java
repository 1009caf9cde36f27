package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigResource;
import io.millrace.admin.config.ConfigSource;
import io.millrace.admin.group.GroupListing;
import io.millrace.admin.topic.TopicListing;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the settings of topics, brokers and groups, a line each, with where their values come from. */
final class ConfigReport {
    private final Admin admin;
    private final boolean showsAll;
    private final PrintStream out;

    ConfigReport(Admin admin, boolean showsAll, PrintStream out) {
        this.admin = admin;
        this.showsAll = showsAll;
        this.out = out;
    }

    /** What a resource of this type is called. */
    static String kind(ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> "topic";
            case BROKER -> "broker";
            case BROKER_LOGGER -> "broker-logger";
            case CLIENT_METRICS -> "client-metric";
            case GROUP -> "group";
        };
    }

    /** Without a name, of all resources of the type; the empty name is the default of all brokers. */
    void print(ConfigResource.Type type, String name) {
        if (name != null && !name.isEmpty() && !existing(type).contains(name)
                && dynamic(type, name).isEmpty()) {
            out.println(
                    "The " + kind(type) + " '" + name + "' doesn't exist and doesn't have dynamic config.");
            return;
        }
        var names = name == null ? new ArrayList<>(existing(type)) : List.of(name);
        names.forEach(each -> printOne(type, each));
        if (name == null && type == ConfigResource.Type.BROKER) {
            printOne(type, "");
        }
    }

    private List<String> existing(ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> ToolRun.await(admin.listTopics()).stream().map(TopicListing::name).toList();
            case BROKER, BROKER_LOGGER -> ToolRun.await(admin.describeCluster()).brokers().stream()
                    .map(each -> Integer.toString(each.id())).toList();
            case GROUP -> ToolRun.await(admin.listGroups()).stream().map(GroupListing::groupId).toList();
            case CLIENT_METRICS -> List.of();
        };
    }

    private List<ConfigEntry> dynamic(ConfigResource.Type type, String name) {
        if (type != ConfigResource.Type.GROUP && type != ConfigResource.Type.CLIENT_METRICS) {
            return List.of();
        }
        var resource = new ConfigResource(type, name);
        var found = ToolRun.await(admin.describeConfigs(List.of(resource)));
        return found.values().getOrDefault(resource, List.of()).stream()
                .filter(each -> isShown(type, name, each))
                .toList();
    }

    private void printOne(ConfigResource.Type type, String name) {
        var resource = new ConfigResource(type, name);
        var entries = ToolRun.await(admin.describeConfigs(List.of(resource))).get(resource);
        out.println(name.isEmpty() ? "Default configs for brokers in the cluster are:"
                : (showsAll ? "All" : "Dynamic") + " configs for " + kind(type) + " " + name + " are:");
        entries.stream().filter(each -> showsAll || isShown(type, name, each))
                .sorted(Comparator.comparing(ConfigEntry::name))
                .forEach(each -> out.println("  " + each.name()
                        + "=" + each.value() + " sensitive=" + each.isSensitive() + " synonyms={"
                        + each.synonyms().stream()
                                .map(one -> one.source() + ":" + one.name() + "=" + one.value())
                                .collect(Collectors.joining(", "))
                        + "}"));
    }

    /** Whether the value was set for just this resource. */
    private static boolean isShown(ConfigResource.Type type, String name, ConfigEntry entry) {
        return entry.source() == switch (type) {
            case TOPIC -> ConfigSource.DYNAMIC_TOPIC_CONFIG;
            case BROKER -> name.isEmpty() ? ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
                    : ConfigSource.DYNAMIC_BROKER_CONFIG;
            case BROKER_LOGGER -> ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG;
            case CLIENT_METRICS -> ConfigSource.DYNAMIC_CLIENT_METRICS_CONFIG;
            case GROUP -> ConfigSource.DYNAMIC_GROUP_CONFIG;
        };
    }
}
