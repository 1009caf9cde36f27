package io.millrace.broker.server;

import io.millrace.broker.controller.topic.AdoptedTopic;
import io.millrace.broker.log.file.DirectoryLock;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.zookeeper.BrokerRegistrar;
import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Enters topics into the cluster of a broker that is not running, whose data folder already holds their logs. */
public final class Adoption {
    private static final long NOT_CLEAN = -1;

    private Adoption() {}

    /**
     * Returns once the topics are in the metadata log. Fails with a message for the user if a topic exists already, or
     * another broker is the controller. Blocks.
     */
    public static void run(Settings settings, List<AdoptedTopic> topics, long nextProducerId)
            throws IOException, InterruptedException {
        Path folder = BrokerSettings.dataFolders(settings).get(0);
        int brokerId = settings.get(BrokerSettings.BROKER_ID);
        try (var lock = DirectoryLock.acquire(folder);
                var cluster = new ClusterLink(settings, folder, failure -> {
                    throw failure;
                })) {
            OwnFolder.claim(folder, cluster.clusterId(), brokerId);
            cluster.enter(new BrokerRegistrar.Announcement(brokerId, List.of(),
                    settings.get(BrokerSettings.RACK), NOT_CLEAN),
                    () -> CompletableFuture.completedFuture(null));
            cluster.localController().adopt(brokerId, topics, nextProducerId).get();
        } catch (ExecutionException e) {
            throw new IOException("The topics were not taken in: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
