package io.millrace.broker.metadata;

/** One broker's time as controller; the fencing version must still hold whenever the term writes. */
public record ControllerTerm(int controllerId, int epoch, int fencingVersion) {}
