package io.millrace.broker.server;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands settings that change at run time to the parts of the broker that heed them: what it was started with, under
 * the defaults of all brokers, under its own. One change after the other, on threads that may block. The metadata
 * thread adds changes.
 */
final class RunTimeSettings implements MetadataListener {
    private static final Logger LOG = LoggerFactory.getLogger(RunTimeSettings.class);

    private final Settings atStart;
    private final Executor blocking;
    private final List<Consumer<Settings>> parts;
    private volatile CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    RunTimeSettings(Settings atStart, Executor blocking, List<Consumer<Settings>> parts) {
        this.atStart = atStart;
        this.blocking = blocking;
        this.parts = parts;
    }

    @Override
    public void onImage(ImageDelta delta, ClusterImage image) {
        int id = atStart.get(BrokerSettings.BROKER_ID);
        if (delta.changedConfigs().contains(ConfigResource.broker(id))
                || delta.changedConfigs().contains(ConfigResource.ALL_BROKERS)) {
            var dynamic = image.brokerConfigs(id);
            last = last.thenRunAsync(() -> {
                for (var part : parts) {
                    try {
                        part.accept(atStart.with(dynamic));
                    } catch (SettingException e) {
                        LOG.error("A setting that changed has no effect: {}", e.getMessage());
                    }
                }
            }, blocking);
        }
    }

    /** Returns when all changes so far are in force. */
    void settle() {
        last.join();
    }
}
