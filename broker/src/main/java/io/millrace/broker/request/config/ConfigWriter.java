package io.millrace.broker.request.config;

import io.millrace.broker.controller.topic.TopicConfigs.SourcedValue;
import io.millrace.protocol.message.config.DescribeConfigs;
import io.millrace.protocol.setting.Setting;
import java.util.List;

/** Writes settings as DescribeConfigs shows them, with as much detail as the client asked for. */
final class ConfigWriter {
    private final boolean withSynonyms;
    private final boolean withDocumentation;

    ConfigWriter(boolean withSynonyms, boolean withDocumentation) {
        this.withSynonyms = withSynonyms;
        this.withDocumentation = withDocumentation;
    }

    /** One setting, with its values in order of precedence: the first holds. */
    DescribeConfigs.Response.ResourceResult config(
            Setting<?> setting, List<SourcedValue> sources, boolean isReadOnly) {
        var effective = sources.get(0);
        return new DescribeConfigs.Response.ResourceResult(setting.name(), shown(setting, effective),
                isReadOnly,
                effective.source().code(), setting.isSensitive(),
                withSynonyms ? synonyms(setting, sources) : List.of(), setting.type().code(),
                withDocumentation ? setting.doc() : null);
    }

    /** An unset default is no value, so it is left out. */
    private static List<DescribeConfigs.Response.Synonym> synonyms(
            Setting<?> setting, List<SourcedValue> sources) {
        return sources.stream()
                .filter(source -> source.value() != null)
                .map(source -> new DescribeConfigs.Response.Synonym(
                        source.name(), shown(setting, source), source.source().code()))
                .toList();
    }

    private static String shown(Setting<?> setting, SourcedValue source) {
        return setting.isSensitive() ? null : source.value();
    }
}
