package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_CONFIG;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REQUEST;
import static io.millrace.protocol.wire.ErrorCode.INVALID_TOPIC_EXCEPTION;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.TopicName;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterConfigsResource;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterableConfig;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.SettingType;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Decides IncrementalAlterConfigs for topics and brokers: a resource changes as a whole or not at all. Pure. */
public final class ConfigChange {

    private ConfigChange() {}

    /** What happens to one value; the codes are the protocol's. */
    private enum Operation {
        SET,
        DELETE,
        APPEND,
        SUBTRACT;

        static Operation of(byte code) {
            Refusal.unless(code >= 0 && code < values().length, INVALID_REQUEST, "Unknown config operation ",
                    code);
            return values()[code];
        }
    }

    private record Key(byte type, String name) {}

    public static Decision<IncrementalAlterConfigs.Response> decide(
            DecisionContext context, IncrementalAlterConfigs.Request request) {
        var counts = new HashMap<Key, Integer>();
        request.resources().forEach(
                resource -> counts.merge(new Key(resource.resourceType(), resource.resourceName()), 1,
                        Integer::sum));
        var results = new ArrayList<IncrementalAlterConfigs.Response.AlterConfigsResource>();
        var records = new ArrayList<MetadataRecord>();
        var seen = new HashSet<Key>();
        for (var resource : request.resources()) {
            var key = new Key(resource.resourceType(), resource.resourceName());
            if (!seen.add(key)) {
                continue;
            }
            try {
                Refusal.unless(counts.get(key) == 1, INVALID_REQUEST, resource.resourceName(),
                        " is in the request ", counts.get(key), " times: name it once");
                records.addAll(change(context, resource));
                results.add(result(resource, ErrorCode.NONE, null));
            } catch (ApiException e) {
                results.add(result(resource, e.errorCode(), e.getMessage()));
            }
        }
        var response = new IncrementalAlterConfigs.Response(0, results);
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(records, response);
    }

    /** The same refusal for every resource of the request. */
    public static IncrementalAlterConfigs.Response refused(IncrementalAlterConfigs.Request request,
            ApiException refusal) {
        return new IncrementalAlterConfigs.Response(0, request.resources().stream()
                .map(resource -> result(resource, refusal.errorCode(), refusal.getMessage())).toList());
    }

    private static IncrementalAlterConfigs.Response.AlterConfigsResource result(
            AlterConfigsResource resource, ErrorCode code, String message) {
        return new IncrementalAlterConfigs.Response.AlterConfigsResource(code, message,
                resource.resourceType(),
                resource.resourceName());
    }

    private static List<MetadataRecord> change(DecisionContext context, AlterConfigsResource request) {
        var resource = resourceOf(context, request);
        var before = context.image().configs(resource);
        var after = new TreeMap<>(before);
        var names = new HashSet<String>();
        for (var config : request.configs()) {
            Refusal.unless(names.add(config.name()), INVALID_REQUEST, "Config ", config.name(),
                    " is changed twice: change it once");
            var value = newValue(context, resource, before, config);
            if (value == null) {
                after.remove(config.name());
            } else {
                after.put(config.name(), value);
            }
        }
        if (resource.type() == ConfigResource.Type.TOPIC) {
            TopicConfigs.check(after);
        } else {
            // taking away what is not set changes nothing, whatever its name: tools clear throttles that way
            names.stream().filter(name -> before.containsKey(name) || after.containsKey(name))
                    .forEach(name -> checkBrokerConfig(context, resource, name, after.get(name)));
        }
        var records = new ArrayList<MetadataRecord>();
        names.stream().sorted().filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .forEach(name -> records
                        .add(new MetadataRecord.ConfigChanged(resource.type().code(), resource.name(),
                                name, after.get(name))));
        return records;
    }

    private static ConfigResource resourceOf(DecisionContext context, AlterConfigsResource request) {
        var type = ConfigResource.Type.of(request.resourceType());
        Refusal.unless(type != null, INVALID_REQUEST, "Configs of resource type ", request.resourceType(),
                " cannot be changed, only those of topics (2) and brokers (4)");
        var name = request.resourceName();
        if (type == ConfigResource.Type.TOPIC) {
            var problem = TopicName.problem(name);
            Refusal.unless(problem == null, INVALID_TOPIC_EXCEPTION, problem);
            Refusal.unless(context.image().topic(name) != null, UNKNOWN_TOPIC_OR_PARTITION,
                    "There is no topic ", name);
        } else {
            Refusal.unless(name.isEmpty() || name.matches("\\d{1,9}"), INVALID_REQUEST, name,
                    " is not a broker: give a broker id, or nothing for the default of all brokers");
        }
        return new ConfigResource(type, name);
    }

    /** Null when the override goes away. */
    private static String newValue(
            DecisionContext context, ConfigResource resource, Map<String, String> before,
            AlterableConfig config) {
        var operation = Operation.of(config.configOperation());
        if (operation == Operation.DELETE) {
            return null;
        }
        Refusal.unless(config.value() != null, INVALID_REQUEST, "Config ", config.name(),
                " has no value: delete it instead");
        if (operation == Operation.SET) {
            return config.value();
        }
        var setting = resource.type() == ConfigResource.Type.TOPIC
                ? TopicSettings.CATALOG.byName(config.name())
                : context.broker().catalog().byName(config.name());
        Refusal.unless(setting != null && setting.type() == SettingType.LIST, INVALID_CONFIG, "Config ",
                config.name(), " is not a list, so nothing can be added to it or taken from it: set it");
        var list = new LinkedHashSet<>(
                listOf(before.getOrDefault(config.name(), inherited(context, setting))));
        if (operation == Operation.APPEND) {
            list.addAll(listOf(config.value()));
        } else {
            list.removeAll(listOf(config.value()));
        }
        return String.join(",", list);
    }

    private static String inherited(DecisionContext context, Setting<?> setting) {
        var atBroker = TopicSettings.CATALOG.byName(setting.name()) == setting
                ? TopicSettings.brokerSetting(setting)
                : setting;
        boolean isKnown = atBroker != null && context.broker().catalog().byName(atBroker.name()) != null;
        return isKnown ? context.broker().text(atBroker) : setting.defaultText();
    }

    private static List<String> listOf(String text) {
        return text == null || text.isBlank() ? List.of()
                : Arrays.stream(text.split(",")).map(String::strip).toList();
    }

    private static String whyUnknown(SettingCatalog catalog, String name) {
        return catalog.reasonWithoutEffect(name).map(why -> "it has no effect here, since " + why)
                .orElseGet(
                        () -> catalog.nearest(name).map(near -> "it is unknown, did you mean " + near + "?")
                                .orElse("it is unknown"));
    }

    private static void checkBrokerConfig(
            DecisionContext context, ConfigResource resource, String name, String value) {
        var setting = context.broker().catalog().byName(name);
        Refusal.unless(setting != null, INVALID_REQUEST, "Cannot change broker config ", name, ": ",
                whyUnknown(context.broker().catalog(), name));
        Refusal.unless(setting.reload() != Reload.AT_START, INVALID_REQUEST, "Broker config ", name,
                " only takes effect at start: put it in server.properties");
        Refusal.unless(setting.reload() == Reload.CLUSTER_WIDE || !resource.name().isEmpty(), INVALID_REQUEST,
                "Broker config ", name, " differs from broker to broker: name the broker");
        if (value != null) {
            try {
                setting.parse(value);
            } catch (SettingException e) {
                throw Refusal.of(INVALID_REQUEST, e.getMessage());
            }
        }
    }
}
