package io.millrace.benchmark.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Millrace brokers and one plain ZooKeeper, as the distribution starts them, with default settings. */
public record MillraceCluster(Path distribution) implements ClusterTarget {
    @Override
    public String name() {
        return "Millrace";
    }

    @Override
    public List<RunningBroker> prepare(List<Place> places) {
        var folder = places.get(0).folder();
        int port = zookeeperPort(places);
        try {
            var template = Files.readString(distribution.resolve("config/zookeeper.properties"));
            var properties = Files.writeString(folder.resolve("zookeeper.properties"), template
                    .replaceAll("dataDir=.*", "dataDir=" + folder.resolve("zookeeper"))
                    .replaceAll("clientPort=.*", "clientPort=" + port));
            return List.of(RunningBroker.start(
                    List.of(distribution.resolve("bin/zookeeper-server-start.sh").toString(),
                            properties.toString()),
                    Files.createDirectories(folder.resolve("zookeeper")), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The second port of the first broker's place. */
    private static int zookeeperPort(List<Place> places) {
        return places.get(0).port() + 1;
    }

    @Override
    public RunningBroker start(List<Place> places, int broker) {
        var place = places.get(broker - 1);
        return new MillraceTarget(distribution).start(place.folder(), place.port(),
                List.of("broker.id=" + broker,
                        "zookeeper.connect=127.0.0.1:" + zookeeperPort(places) + "/benchmark"));
    }

    @Override
    public int controller(Admin admin) {
        try {
            var controller = admin.describeCluster().controller().get();
            return controller == null ? -1 : controller.id();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cluster does not name its controller", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
