package io.millrace.broker.controller.replica;

import io.millrace.broker.metadata.ClusterImage;

/** Which brokers can be given something to do, as an image shows them, but for one that has lost what is asked about. */
record Liveness(ClusterImage image, int lost) {
    private static final int NONE = -1;

    Liveness(ClusterImage image) {
        this(image, NONE);
    }

    boolean lives(int brokerId) {
        return brokerId != lost && image.isLive(brokerId);
    }

    /** Lives, and is not about to stop. */
    boolean stays(int brokerId) {
        var broker = image.broker(brokerId);
        return brokerId != lost && broker != null && !broker.draining();
    }
}
