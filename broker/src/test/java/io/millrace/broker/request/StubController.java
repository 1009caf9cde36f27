package io.millrace.broker.request;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ProducerIdBlock;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A controller that refuses everything; a test overrides what it is about. */
public class StubController implements Controller {
    private static <T> CompletableFuture<T> refused() {
        return CompletableFuture.failedFuture(new AssertionError("the controller was not to be asked"));
    }

    @Override
    public CompletableFuture<CreateTopics.Response> createTopics(CreateTopics.Request request) {
        return refused();
    }

    @Override
    public CompletableFuture<DeleteTopics.Response> deleteTopics(DeleteTopics.Request request) {
        return refused();
    }

    @Override
    public CompletableFuture<CreatePartitions.Response> createPartitions(CreatePartitions.Request request) {
        return refused();
    }

    @Override
    public CompletableFuture<IncrementalAlterConfigs.Response> incrementalAlterConfigs(
            IncrementalAlterConfigs.Request request) {
        return refused();
    }

    @Override
    public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
        return refused();
    }

    @Override
    public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
        return refused();
    }
}
