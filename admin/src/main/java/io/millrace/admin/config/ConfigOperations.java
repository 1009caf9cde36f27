package io.millrace.admin.config;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.config.DescribeConfigs;
import io.millrace.protocol.message.config.DescribeConfigs.Response.ResourceResult;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** Describes and changes settings. Immutable, for any thread. */
public final class ConfigOperations {
    private final Calls calls;

    public ConfigOperations(Calls calls) {
        this.calls = calls;
    }

    /** All settings of each resource, in the broker's order, with their synonyms. */
    public CompletableFuture<Outcomes<ConfigResource, List<ConfigEntry>>> describe(
            Collection<ConfigResource> resources, boolean withDocumentation) {
        return perBroker(resources, (broker, own) -> {
            var asked = own.stream().map(each -> new DescribeConfigs.Request.Resource(each.type().code(),
                    each.name(), null)).toList();
            return send(broker, new DescribeConfigs.Request(asked, true, withDocumentation))
                    .thenApply(answer -> described(answer, own));
        });
    }

    private <R extends ApiMessage> CompletableFuture<R> send(int broker, ApiRequest<R> request) {
        return broker < 0 ? calls.any(request) : calls.node(broker, request);
    }

    private static Outcomes<ConfigResource, List<ConfigEntry>> described(DescribeConfigs.Response answer,
            List<ConfigResource> asked) {
        var outcomes = new OutcomeBuilder<ConfigResource, List<ConfigEntry>>();
        for (var result : answer.results()) {
            var resource = among(asked, result.resourceType(), result.resourceName());
            outcomes.add(resource, result.configs().stream().map(ConfigOperations::entry).toList(),
                    result.errorCode(), result.errorMessage());
        }
        return outcomes.build();
    }

    private static ConfigResource among(List<ConfigResource> asked, byte typeCode, String name) {
        return asked.stream().filter(each -> each.type().code() == typeCode && each.name().equals(name))
                .findFirst().orElseThrow(() -> new IllegalStateException("an answer about " + name
                        + ", which nobody asked for"));
    }

    private static ConfigEntry entry(ResourceResult config) {
        var synonyms = config.synonyms().stream().map(each -> new ConfigEntry.Synonym(each.name(),
                each.value(), ConfigSource.of(each.source()))).toList();
        return new ConfigEntry(config.name(), config.value(), ConfigSource.of(config.configSource()),
                config.readOnly(), config.isSensitive(), synonyms, config.documentation());
    }

    /** Changes settings one by one; a resource's changes are made together or not at all. */
    public CompletableFuture<Outcomes<ConfigResource, Void>> alter(
            Map<ConfigResource, List<ConfigChange>> changes, boolean isOnlyValidated) {
        return perBroker(changes.keySet(), (broker, own) -> {
            var resources = own.stream().map(each -> new IncrementalAlterConfigs.Request.AlterConfigsResource(
                    each.type().code(), each.name(), changes.get(each).stream()
                            .map(change -> new IncrementalAlterConfigs.Request.AlterableConfig(change.name(),
                                    (byte) change.operation().ordinal(), change.value()))
                            .toList()))
                    .toList();
            return send(broker, new IncrementalAlterConfigs.Request(resources, isOnlyValidated))
                    .thenApply(answer -> {
                        var outcomes = new OutcomeBuilder<ConfigResource, Void>();
                        answer.responses().forEach(each -> outcomes.add(
                                among(own, each.resourceType(), each.resourceName()), null,
                                each.errorCode(), each.errorMessage()));
                        return outcomes.build();
                    });
        });
    }

    /** A broker's own settings are its own to tell and to take; all others are anybody's. */
    private <V> CompletableFuture<Outcomes<ConfigResource, V>> perBroker(Collection<ConfigResource> resources,
            BiFunction<Integer, List<ConfigResource>, CompletableFuture<Outcomes<ConfigResource, V>>> ask) {
        var byBroker = new TreeMap<Integer, List<ConfigResource>>();
        resources.forEach(each -> byBroker.computeIfAbsent(each.onlyBroker(), id -> new ArrayList<>())
                .add(each));
        return Calls.each(byBroker.keySet(), broker -> ask.apply(broker, byBroker.get(broker)))
                .thenApply(answers -> {
                    var outcomes = new OutcomeBuilder<ConfigResource, V>();
                    answers.values().values().forEach(outcomes::addAll);
                    answers.failures().forEach((broker, failure) -> byBroker.get(broker)
                            .forEach(each -> outcomes.failure(each, failure)));
                    return outcomes.build();
                });
    }
}
