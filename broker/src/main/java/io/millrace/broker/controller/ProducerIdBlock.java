package io.millrace.broker.controller;

/** Consecutive producer ids that belong to one broker for ever. */
public record ProducerIdBlock(long firstId, int count) {}
