package io.millrace.admin.cluster;

/** Versions from the lowest to the highest, both included. */
public record VersionRange(int lowest, int highest) {}
