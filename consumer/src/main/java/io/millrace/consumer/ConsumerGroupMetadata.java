package io.millrace.consumer;

import java.util.Optional;

/** Who a consumer is in its group: generation -1 and an empty member id while it is no member. */
public record ConsumerGroupMetadata(String groupId, int generationId, String memberId,
        Optional<String> groupInstanceId) {}
