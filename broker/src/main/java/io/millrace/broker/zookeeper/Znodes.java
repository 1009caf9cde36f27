package io.millrace.broker.zookeeper;

/**
 * The paths of the cluster's nodes below its root.
 *
 * <pre>
 * /cluster-id                    persistent, made last: where it is, all others are
 * /brokers/ids/{id}              ephemeral, {@link RegistrationNode}; its czxid is the broker epoch
 * /controller                    ephemeral, {@link ControllerNode}
 * /controller-epoch              number of the newest term; the node's version is the fencing token
 * /metadata/log/{sequence}       one {@link io.millrace.broker.metadata.MetadataBatch}
 * /metadata/snapshots/{version}-{epoch}/{n}   chunks, each a MetadataBatch
 * /metadata/head                 "{version}-{epoch} {chunks}" of the newest snapshot, empty before the first
 * </pre>
 */
record Znodes(String root) {
    private static final int SEQUENCE_DIGITS = 16;

    String clusterId() {
        return root + "/cluster-id";
    }

    String brokerIds() {
        return root + "/brokers/ids";
    }

    String brokerId(int id) {
        return brokerIds() + "/" + id;
    }

    String controller() {
        return root + "/controller";
    }

    String controllerEpoch() {
        return root + "/controller-epoch";
    }

    String log() {
        return root + "/metadata/log";
    }

    String logEntry(long sequence) {
        var digits = Long.toString(sequence);
        return log() + "/" + "0".repeat(Math.max(0, SEQUENCE_DIGITS - digits.length())) + digits;
    }

    String snapshots() {
        return root + "/metadata/snapshots";
    }

    String head() {
        return root + "/metadata/head";
    }
}
