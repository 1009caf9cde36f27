package io.millrace.broker.server.setting;

import static io.millrace.protocol.setting.Setting.ofBoolean;
import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.coordinator.group.GroupSettings;
import io.millrace.broker.log.cleaner.CleanerSettings;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.partition.fetcher.FetcherSettings;
import io.millrace.broker.partition.fetcher.ReplicationThrottle;
import io.millrace.broker.zookeeper.ZooKeeperSettings;
import io.millrace.broker.request.data.NearestReplica;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every setting of a broker: its own, and those that the packages below declare for themselves. */
public final class BrokerSettings {
    public static final Setting<Integer> BROKER_ID = ofInt("broker.id", 0).alias("node.id", 1).atLeast(0)
            .doc("This broker's number, unique in the cluster.");
    public static final Setting<String> RACK = ofString("broker.rack", null)
            .doc("Where this broker stands; replicas are spread over racks.");
    public static final Setting<String> REPLICA_SELECTOR = ofString("replica.selector.class", "")
            .must("empty, or org.apache.kafka.common.replica.RackAwareReplicaSelector",
                    NearestReplica::isKnown)
            .doc("With the rack-aware selector, consumers that set client.rack are sent to an in-sync replica in"
                    + " their rack; otherwise all read from the leader.");
    public static final Setting<List<String>> LOG_DIRS = ofList("log.dirs").alias("log.dir", 1)
            .doc("Folders of the partitions' logs, best each on a disk of its own; the folder data beside bin if"
                    + " unset. The first also holds the embedded ZooKeeper.");
    public static final Setting<Integer> STORAGE_THREADS = ofInt("background.threads", 4).between(1, 256)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Threads for work that may wait for a disk, such as cold reads and new segments.");
    public static final Setting<Boolean> AUTO_CREATE_TOPICS = ofBoolean("auto.create.topics.enable", true)
            .doc("Whether a topic that a client names is created if it does not exist.");
    public static final Setting<Integer> FETCH_MAX_BYTES = ofInt("fetch.max.bytes", 55 << 20).atLeast(1024)
            .doc("Largest answer to a consumer's fetch, in bytes; one batch is sent in any case.");
    public static final Setting<Integer> FETCH_SESSIONS = ofInt("max.incremental.fetch.session.cache.slots",
            1000)
            .atLeast(0)
            .doc("Fetch sessions that are remembered; further clients name their partitions each time.");
    public static final Setting<Integer> MAX_DESCRIBED_PARTITIONS = ofInt("max.request.partition.size.limit",
            2000)
            .atLeast(1)
            .doc("Most partitions in one answer that describes topics; the client asks again for the rest.");

    /** All of them. */
    public static final SettingCatalog CATALOG = new SettingCatalog(all(), IgnoredSettings::reason);

    private static final String HOME_PROPERTY = "millrace.home";
    private static final String DEFAULT_DATA_FOLDER = "data";

    private BrokerSettings() {}

    private static List<Setting<?>> all() {
        var all = new ArrayList<Setting<?>>(
                List.of(BROKER_ID, RACK, REPLICA_SELECTOR, LOG_DIRS, STORAGE_THREADS,
                        AUTO_CREATE_TOPICS, FETCH_MAX_BYTES, FETCH_SESSIONS, MAX_DESCRIBED_PARTITIONS));
        all.addAll(SocketSettings.ALL);
        all.addAll(ZooKeeperSettings.all());
        all.addAll(ControllerSettings.all());
        all.addAll(GroupSettings.ALL);
        all.addAll(DirectorySettings.ALL);
        all.addAll(FetcherSettings.ALL);
        all.addAll(ReplicationThrottle.SETTINGS);
        all.addAll(CleanerSettings.ALL);
        all.addAll(TopicSettings.brokerSettings());
        return all;
    }

    /** The folders of the logs, at least one. */
    public static List<Path> dataFolders(Settings settings) {
        var folders = settings.get(LOG_DIRS);
        var paths = folders.isEmpty()
                ? List.of(Path.of(System.getProperty(HOME_PROPERTY, "."), DEFAULT_DATA_FOLDER))
                : folders.stream().map(Path::of).toList();
        var all = paths.stream().map(path -> path.toAbsolutePath().normalize()).distinct().toList();
        if (all.size() < paths.size()) {
            throw new SettingException("log.dirs names a folder twice: " + folders);
        }
        return all;
    }

    public static int coreLoops(Settings settings) {
        var given = settings.get(SocketSettings.CORE_LOOPS);
        return given != null ? given : Math.max(1, Runtime.getRuntime().availableProcessors());
    }
}
