package io.millrace.protocol.message.config;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * Changes single configs (KIP-339). Operations: 0 set, 1 delete, 2 append to a list, 3 subtract from a list. Resource
 * types are those of {@link DescribeConfigs}.
 */
@Api(ApiKey.INCREMENTAL_ALTER_CONFIGS)
public interface IncrementalAlterConfigs {

    record Request(
            List<AlterConfigsResource> resources,
            boolean validateOnly) implements ApiRequest<Response> {

        public record AlterConfigsResource(
                byte resourceType,
                String resourceName,
                List<AlterableConfig> configs) {}

        public record AlterableConfig(
                String name,
                byte configOperation,
                @Nullable String value) {}
    }

    record Response(
            int throttleTimeMs,
            List<AlterConfigsResource> responses) implements ApiMessage {

        public record AlterConfigsResource(
                ErrorCode errorCode,
                @Nullable String errorMessage,
                byte resourceType,
                String resourceName) {}
    }
}
