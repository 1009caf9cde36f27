package io.millrace.admin.cluster;

import java.util.SortedMap;

/**
 * What a broker understands: the versions of each API, by its key in the protocol, and of each feature; and the levels
 * of the features that the cluster has settled on.
 */
public record BrokerVersions(SortedMap<Integer, VersionRange> apis,
        SortedMap<String, VersionRange> supportedFeatures,
        SortedMap<String, VersionRange> finalizedFeatures) {}
