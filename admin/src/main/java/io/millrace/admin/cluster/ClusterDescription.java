package io.millrace.admin.cluster;

import java.util.List;

/** The cluster's id, its controller (-1 if there is none) and its brokers, by their ids. */
public record ClusterDescription(String clusterId, int controllerId, List<BrokerDescription> brokers) {}
