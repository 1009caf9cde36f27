package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** Deletes topics by name, or by topic id from version 6. */
@Api(ApiKey.DELETE_TOPICS)
public interface DeleteTopics {

    record Request(
            @Since(6) List<DeleteTopicState> topics,
            @Until(5) @Ignorable List<String> topicNames,
            int timeoutMs) implements ApiRequest<Response> {

        public record DeleteTopicState(
                @Nullable @Default("null") String name,
                Uuid topicId) {}
    }

    record Response(
            int throttleTimeMs,
            List<DeletableTopicResult> responses) implements ApiMessage {

        public record DeletableTopicResult(
                @Nullable(6) String name,
                @Since(6) @Ignorable Uuid topicId,
                ErrorCode errorCode,
                @Since(5) @Nullable @Ignorable @Default("null") String errorMessage) {}
    }
}
