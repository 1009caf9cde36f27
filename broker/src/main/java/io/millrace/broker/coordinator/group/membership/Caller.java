package io.millrace.broker.coordinator.group.membership;

/** Who sent a group request, and in which version of its API. */
public record Caller(int apiVersion, String clientId, String clientHost) {}
