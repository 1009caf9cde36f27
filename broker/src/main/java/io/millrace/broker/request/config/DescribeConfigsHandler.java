package io.millrace.broker.request.config;

import io.millrace.broker.controller.topic.TopicConfigs;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.TopicName;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.config.DescribeConfigs;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;

/** Answers DescribeConfigs from the image and the settings that this broker was started with. */
public final class DescribeConfigsHandler
        implements
            Handler<DescribeConfigs.Request, DescribeConfigs.Response> {
    private static final byte BROKER_LOGGER = 8;
    private static final byte CLIENT_METRICS = 16;
    private static final byte GROUP = 32;

    private final Supplier<ClusterImage> image;
    private final int brokerId;
    private final Settings settings;

    public DescribeConfigsHandler(Supplier<ClusterImage> image, int brokerId, Settings settings) {
        this.image = image;
        this.brokerId = brokerId;
        this.settings = settings;
    }

    @Override
    public void handle(
            DescribeConfigs.Request request, Exchange exchange, Reply<DescribeConfigs.Response> reply) {
        var results = new ArrayList<DescribeConfigs.Response.Result>(request.resources().size());
        var writer = new ConfigWriter(request.includeSynonyms(), request.includeDocumentation());
        for (var resource : request.resources()) {
            results.add(describe(resource, writer));
        }
        reply.send(new DescribeConfigs.Response(0, results));
    }

    private DescribeConfigs.Response.Result describe(
            DescribeConfigs.Request.Resource asked, ConfigWriter writer) {
        try {
            var type = ConfigResource.Type.of(asked.resourceType());
            if (type == null) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, refusal(asked.resourceType()));
            }
            return result(asked, ErrorCode.NONE, null, switch (type) {
                case TOPIC -> topic(asked, writer);
                case BROKER -> asked.resourceName().isEmpty()
                        ? allBrokers(asked, writer)
                        : broker(asked, writer);
            });
        } catch (ApiException e) {
            return result(asked, e.errorCode(), e.getMessage(), List.of());
        }
    }

    private static DescribeConfigs.Response.Result result(DescribeConfigs.Request.Resource asked,
            ErrorCode error, String message, List<DescribeConfigs.Response.ResourceResult> configs) {
        return new DescribeConfigs.Response.Result(
                error, message, asked.resourceType(), asked.resourceName(), configs);
    }

    private static String refusal(byte resourceType) {
        return switch (resourceType) {
            case BROKER_LOGGER -> "Log levels cannot be described: they are set in config/log.properties";
            case CLIENT_METRICS -> "There are no client metrics subscriptions on this broker";
            case GROUP -> "Groups have no configs of their own on this broker";
            default -> "Unknown resource type " + resourceType + ": use 2 for a topic, 4 for a broker";
        };
    }

    private List<DescribeConfigs.Response.ResourceResult> topic(
            DescribeConfigs.Request.Resource asked, ConfigWriter writer) {
        var name = asked.resourceName();
        var problem = TopicName.problem(name);
        if (problem != null) {
            throw new ApiException(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        var current = image.get();
        if (current.topic(name) == null) {
            throw new ApiException(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no topic " + name);
        }
        var overrides = current.topicConfigs(name);
        var configs = new ArrayList<DescribeConfigs.Response.ResourceResult>();
        for (var setting : wanted(TopicSettings.CATALOG.all(), asked)) {
            var sources = TopicConfigs.sources(setting, overrides, current, brokerId, settings);
            configs.add(writer.config(setting, sources, false));
        }
        return configs;
    }

    private List<DescribeConfigs.Response.ResourceResult> broker(
            DescribeConfigs.Request.Resource asked, ConfigWriter writer) {
        if (!asked.resourceName().equals(Integer.toString(brokerId))) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "This is broker " + brokerId + ", not "
                    + asked.resourceName()
                    + ": ask that broker, or name none for the default of all brokers");
        }
        var current = image.get();
        var configs = new ArrayList<DescribeConfigs.Response.ResourceResult>();
        for (var setting : wanted(BrokerConfigs.settings(settings, current.brokerConfigs(brokerId)), asked)) {
            var sources = BrokerConfigs.sources(setting, current, brokerId, settings);
            configs.add(writer.config(setting, sources, setting.reload() == Reload.AT_START));
        }
        return configs;
    }

    /** Only what was set for all brokers at run time. */
    private List<DescribeConfigs.Response.ResourceResult> allBrokers(
            DescribeConfigs.Request.Resource asked, ConfigWriter writer) {
        var defaults = image.get().configs(ConfigResource.ALL_BROKERS);
        var configs = new ArrayList<DescribeConfigs.Response.ResourceResult>();
        for (var setting : wanted(BrokerConfigs.settings(settings, defaults), asked)) {
            if (defaults.containsKey(setting.name())) {
                var value = BrokerConfigs.defaultOfAll(setting, defaults);
                configs.add(writer.config(setting, List.of(value), setting.reload() == Reload.AT_START));
            }
        }
        return configs;
    }

    private static List<Setting<?>> wanted(
            List<Setting<?>> settings, DescribeConfigs.Request.Resource asked) {
        if (asked.configurationKeys() == null || asked.configurationKeys().isEmpty()) {
            return settings;
        }
        var names = new HashSet<>(asked.configurationKeys());
        return settings.stream().filter(setting -> names.contains(setting.name())).toList();
    }
}
