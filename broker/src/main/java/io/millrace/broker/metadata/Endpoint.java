package io.millrace.broker.metadata;

/** Where clients reach a broker through one of its listeners. */
public record Endpoint(String listener, String securityProtocol, String host, int port) {}
