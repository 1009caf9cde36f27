package io.millrace.broker.fault;

import io.millrace.broker.clients.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Brokers 1 to 3 and a ZooKeeper on a network whose links can be cut. Faults reach its members from any thread. */
final class FaultCluster implements AutoCloseable {
    static final int BROKERS = 3;
    /** ZooKeeper's number in the network; brokers have their ids. */
    static final int ZOOKEEPER = 0;
    private static final int PORT = 9092;
    private static final int ZOOKEEPER_PORT = 2181;

    private final Path folder;
    private final TestNetwork network = TestNetwork.of(BROKERS + 1);
    private final List<Member> members = new ArrayList<>();
    private final Thread atExit = new Thread(this::end, "end-fault-cluster");

    FaultCluster(Path folder) throws IOException {
        this.folder = folder;
        members.add(new Member("zookeeper", folder, network.commandOf(ZOOKEEPER, zookeeper())));
        for (int id = 1; id <= BROKERS; id++) {
            Files.createDirectories(data(id));
            members.add(new Member("broker-" + id, folder, network.commandOf(id, broker(id))));
        }
        Runtime.getRuntime().addShutdownHook(atExit);
        members.forEach(Member::start);
    }

    private List<String> zookeeper() throws IOException {
        var template = Files.readString(Checkout.distribution().resolve("config/zookeeper.properties"));
        var properties = Files.writeString(folder.resolve("zookeeper.properties"), template
                .replaceAll("dataDir=.*", "dataDir=" + folder.resolve("zookeeper"))
                .replaceAll("clientPort=.*", "clientPort=" + ZOOKEEPER_PORT)
                .replaceAll("clientPortAddress=.*", "clientPortAddress=" + network.address(ZOOKEEPER)));
        return List.of(script("zookeeper-server-start.sh"), properties.toString());
    }

    private List<String> broker(int id) {
        var command = new ArrayList<>(List.of(script("millrace-server-start.sh"),
                Checkout.distribution().resolve("config/server.properties").toString()));
        var settings = List.of("broker.id=" + id,
                "listeners=PLAINTEXT://" + network.address(id) + ":" + PORT, "log.dirs=" + data(id),
                "zookeeper.connect=" + network.address(ZOOKEEPER) + ":" + ZOOKEEPER_PORT + "/mix",
                "min.insync.replicas=2", "auto.create.topics.enable=false", "offsets.topic.num.partitions=4",
                "group.initial.rebalance.delay.ms=100");
        settings.forEach(setting -> command.addAll(List.of("--override", setting)));
        return command;
    }

    private static String script(String name) {
        return Checkout.distribution().resolve("bin").resolve(name).toString();
    }

    private Path data(int id) {
        return folder.resolve("data-" + id);
    }

    Map<Integer, Path> dataFolders() {
        return IntStream.rangeClosed(1, BROKERS).boxed()
                .collect(Collectors.toMap(id -> id, this::data, (one, other) -> one, TreeMap::new));
    }

    String bootstrap() {
        return IntStream.rangeClosed(1, BROKERS).mapToObj(id -> network.address(id) + ":" + PORT)
                .collect(Collectors.joining(","));
    }

    TestNetwork network() {
        return network;
    }

    Member zooKeeper() {
        return members.get(ZOOKEEPER);
    }

    Member broker(Integer id) {
        return members.get(id);
    }

    List<Member> brokers() {
        return members.subList(1, members.size());
    }

    /** Takes every fault away. Brokers that ended are starting when it returns. */
    void heal() {
        network.mendAll();
        for (var member : members) {
            member.resume();
            member.start();
        }
    }

    /** Starts brokers again that ended though nobody holds them, as those do that find no ZooKeeper when they start. */
    void revive(FaultLog log) {
        for (var broker : brokers()) {
            if (broker.claim()) {
                if (!broker.isAlive()) {
                    if (broker.wasReady()) {
                        log.problem(broker + " ended by itself");
                    }
                    broker.start();
                }
                broker.giveBack();
            }
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void end() {
        members.stream().filter(Member::isAlive).forEach(Member::kill);
        network.close();
    }
}
