package io.millrace.broker.controller.decision;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose sessions ZooKeeper still keeps, by broker and epoch. A broker that was fenced before its session is over may
 * still live, and acknowledge on its own what only an unclean election would throw away. Immutable.
 */
public record Sessions(boolean areKnown, Map<Integer, Long> openEpochs) {
    /** No list has come yet: whoever is fenced may still act. */
    public static final Sessions UNKNOWN = new Sessions(false, Map.of());

    public Sessions {
        openEpochs = Map.copyOf(openEpochs);
    }

    /** Of the complete list of registrations. */
    public static Sessions of(Collection<BrokerRegistration> registered) {
        var epochs = new HashMap<Integer, Long>();
        registered.forEach(broker -> epochs.put(broker.id(), broker.epoch()));
        return new Sessions(true, epochs);
    }

    /** Whether a broker that is not live in the image may yet act as if it were. */
    public boolean mayLinger(int brokerId, ClusterImage image) {
        if (!areKnown) {
            return !image.isLive(brokerId);
        }
        var epoch = openEpochs.get(brokerId);
        return epoch != null && image.hasDeparted(brokerId, epoch);
    }
}
