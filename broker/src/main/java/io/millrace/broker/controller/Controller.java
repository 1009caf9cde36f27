package io.millrace.broker.controller;

import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Cluster changes in the protocol's terms; callable from any thread. An answer completes, on the controller's or the
 * follower's thread, when the change is committed and this broker's own image shows it. A broker that is not the
 * controller answers {@link ErrorCode#NOT_CONTROLLER}. Authorisation is the caller's.
 */
public interface Controller {

    CompletableFuture<CreateTopics.Response> createTopics(CreateTopics.Request request);

    CompletableFuture<DeleteTopics.Response> deleteTopics(DeleteTopics.Request request);

    CompletableFuture<CreatePartitions.Response> createPartitions(CreatePartitions.Request request);

    CompletableFuture<IncrementalAlterConfigs.Response> incrementalAlterConfigs(
            IncrementalAlterConfigs.Request request);

    /** Fails with an ApiException when this broker is not the controller. */
    CompletableFuture<ProducerIdBlock> allocateProducerIds();

    /**
     * Creates missing topics with the broker's default counts (an internal one with its own), and answers the outcome
     * of each name: NONE also for one that exists already.
     */
    CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names);
}
