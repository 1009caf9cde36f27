package io.millrace.admin.placement;

import java.util.List;

/** A partition that moves: all of its replicas, and of them those that come and those that go. */
public record Reassignment(List<Integer> replicas, List<Integer> adding, List<Integer> removing) {}
