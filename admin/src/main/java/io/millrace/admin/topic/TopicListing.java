package io.millrace.admin.topic;

import io.millrace.protocol.wire.Uuid;

/** A topic's name and id; an internal one belongs to the cluster itself. */
public record TopicListing(String name, Uuid id, boolean isInternal) {}
