package io.millrace.broker.controller.replica;

import io.millrace.broker.metadata.ClusterImage;

/** Which brokers can be given something to do, as an image shows them. */
record Liveness(ClusterImage image) {

    boolean lives(int brokerId) {
        return image.isLive(brokerId);
    }

    /** Lives, and is not about to stop. */
    boolean stays(int brokerId) {
        var broker = image.broker(brokerId);
        return broker != null && !broker.draining();
    }
}
