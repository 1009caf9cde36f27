package io.millrace.protocol.data;

import io.millrace.protocol.wire.Uuid;

/** Partitions that leave a fetch session (KIP-227); the name is null from version 13 on, the id zero before. */
public record ForgottenTopic(String topic, Uuid topicId, int[] partitions) {}
