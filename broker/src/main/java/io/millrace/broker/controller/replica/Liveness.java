package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Sessions;
import io.millrace.broker.metadata.ClusterImage;

/** Which brokers can be given something to do, as an image shows them, but for one that has lost what is asked about. */
record Liveness(ClusterImage image, Sessions sessions, int lost) {
    private static final int NONE = -1;

    static Liveness in(DecisionContext context) {
        return without(NONE, context);
    }

    static Liveness without(int lost, DecisionContext context) {
        return new Liveness(context.image(), context.sessions(), lost);
    }

    boolean lives(int brokerId) {
        return brokerId != lost && image.isLive(brokerId);
    }

    /** Does not live, but may not know it yet. */
    boolean lingers(int brokerId) {
        return sessions.mayLinger(brokerId, image);
    }

    /** Lives, and is not about to stop. */
    boolean stays(int brokerId) {
        var broker = image.broker(brokerId);
        return brokerId != lost && broker != null && !broker.draining();
    }
}
