package io.millrace.protocol.message.config;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * Describes the configs of topics and brokers, with sources and synonyms. Resource types: 2 topic, 4 broker, 8 broker
 * logger, 16 client metrics, 32 group. Sources: 1 topic, 2 broker, 3 default of all brokers, 4 static, 5 built in.
 */
@Api(ApiKey.DESCRIBE_CONFIGS)
public interface DescribeConfigs {

    record Request(
            List<Resource> resources,
            boolean includeSynonyms,
            @Since(3) boolean includeDocumentation) implements ApiRequest<Response> {

        public record Resource(
                byte resourceType,
                String resourceName,
                @Nullable List<String> configurationKeys) {}
    }

    record Response(int throttleTimeMs, List<Result> results) implements ApiMessage {

        public record Result(
                ErrorCode errorCode,
                @Nullable String errorMessage,
                byte resourceType,
                String resourceName,
                List<ResourceResult> configs) {}

        public record ResourceResult(
                String name,
                @Nullable String value,
                boolean readOnly,
                @Default("-1") byte configSource,
                boolean isSensitive,
                List<Synonym> synonyms,
                @Since(3) @Ignorable byte configType,
                @Since(3) @Nullable @Ignorable String documentation) {}

        public record Synonym(
                String name,
                @Nullable String value,
                byte source) {}
    }
}
