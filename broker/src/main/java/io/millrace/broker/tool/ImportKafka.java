package io.millrace.broker.tool;

import io.millrace.broker.controller.topic.AdoptedTopic;
import io.millrace.broker.log.EpochHistory;
import io.millrace.broker.log.file.DirectoryLock;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.file.TopicIdFile;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.server.Adoption;
import io.millrace.broker.server.CommandLine;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bin/millrace-import-kafka.sh}: takes over the topics of a stopped single-node Kafka, with their records,
 * configs and committed offsets. Neither broker runs meanwhile.
 */
@Command(name = "millrace-import-kafka.sh", sortOptions = false, mixinStandardHelpOptions = true, versionProvider = ToolRun.Version.class, description = {
    "Takes over the topics of a stopped single-node Kafka: records, configs and committed offsets.",
    "Stop Kafka in order first, and Millrace too. Kafka's folders are only read; with --link both",
    "share the segments that nobody changes any more."})
public final class ImportKafka implements Callable<Integer> {
    private static final List<String> LEFT_OUT = List.of("__transaction_state", "__share_group_state",
            "__cluster_metadata");

    @Option(names = "--from", required = true, split = ",", paramLabel = "FOLDER", description = "Kafka's log.dirs, separated by commas; the one with __cluster_metadata-0 among them.") private List<Path> sources;

    @Option(names = "--link", description = "Link sealed segments instead of copying them: same disk only.") private boolean links;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.") private boolean isDryRun;

    @Option(names = "--override", paramLabel = "KEY=VALUE", description = "As for the broker; repeatable.") private List<String> overrides = new ArrayList<>();

    @Parameters(arity = "0..1", paramLabel = "server.properties", description = "The broker's properties file, which says where its data goes.") private Path properties;

    /** Runs the tool; the exit status is 0, 1 if nothing was imported, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        ToolRun.main(new ImportKafka(), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var settings = settings();
        var locks = new ArrayList<DirectoryLock>();
        try {
            for (var source : sources) {
                locks.add(lock(source));
            }
            return run(settings);
        } finally {
            for (var lock : locks) {
                lock.close();
            }
        }
    }

    private Settings settings() {
        var line = new ArrayList<String>();
        if (properties != null) {
            line.add(properties.toString());
        }
        overrides.forEach(override -> line.addAll(List.of("--override", override)));
        return Settings.parse(BrokerSettings.CATALOG, CommandLine.parse(line.toArray(String[]::new)));
    }

    private static DirectoryLock lock(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            throw new IOException("There is no folder " + source + ": --from names Kafka's log.dirs");
        }
        try {
            return DirectoryLock.acquire(source);
        } catch (IOException e) {
            throw new IOException(source + " is in use: stop its Kafka first", e);
        }
    }

    private int run(Settings settings) throws IOException, InterruptedException {
        var metadata = metadata();
        var folders = folders();
        var adopted = new ArrayList<AdoptedTopic>();
        for (var topic : metadata.topics()) {
            if (LEFT_OUT.contains(topic.name())) {
                System.out.println("Leaving out " + topic.name() + ": Millrace has no use for it");
            } else {
                adopted.add(adopted(topic, metadata.configs(topic.name()), folders));
            }
        }
        if (adopted.isEmpty()) {
            throw new IOException("Kafka's metadata names no topics: there is nothing to import");
        }
        var target = BrokerSettings.dataFolders(settings).get(0);
        System.out.println((isDryRun ? "Would import " : "Importing ") + adopted.size() + " topics with "
                + adopted.stream().mapToInt(topic -> topic.leaderEpochs().size()).sum() + " partitions into "
                + target);
        if (!isDryRun) {
            bring(target, adopted, folders);
            Adoption.run(settings, adopted, metadata.nextProducerId());
            System.out.println("Done. Start the broker with the same properties; point clients at it.");
        }
        return 0;
    }

    private KafkaMetadata metadata() throws IOException {
        for (var source : sources) {
            if (Files.isDirectory(source.resolve(KafkaMetadata.FOLDER))) {
                return KafkaMetadata.read(source.resolve(KafkaMetadata.FOLDER));
            }
        }
        throw new IOException("None of " + sources + " holds " + KafkaMetadata.FOLDER
                + ": name the folder of metadata.log.dir as well (Kafka 3.3 or later without ZooKeeper)");
    }

    private Map<PartitionName, Path> folders() throws IOException {
        var folders = new TreeMap<PartitionName, Path>(PartitionName.ORDER);
        for (var source : sources) {
            try (var all = Files.list(source)) {
                all.filter(Files::isDirectory).forEach(folder -> PartitionName
                        .ofFolder(folder.getFileName().toString())
                        .ifPresent(name -> folders.put(name, folder)));
            }
        }
        return folders;
    }

    private static AdoptedTopic adopted(KafkaMetadata.Topic topic, Map<String, String> configs,
            Map<PartitionName, Path> folders) throws IOException {
        var epochs = new ArrayList<Integer>();
        for (var partition : topic.replicas().entrySet()) {
            var name = new PartitionName(topic.name(), partition.getKey());
            var folder = folders.get(name);
            if (partition.getKey() != epochs.size() || partition.getValue().size() != 1 || folder == null) {
                throw new IOException(name + " has replicas on brokers " + partition.getValue()
                        + (folder == null ? " and no folder in what --from names" : "")
                        + ": this tool takes over a Kafka of one node; copy a larger one with MirrorMaker");
            }
            var id = TopicIdFile.read(folder);
            if (!id.equals(topic.id()) && !id.equals(Uuid.ZERO)) {
                throw new IOException(folder + " belongs to an earlier topic of this name, " + id
                        + ": start and stop Kafka once more, so that it removes it");
            }
            epochs.add(EpochHistory.read(folder).latestEpoch());
        }
        return new AdoptedTopic(topic.name(), topic.id(), epochs, usable(topic.name(), configs));
    }

    private static Map<String, String> usable(String topic, Map<String, String> configs) {
        var usable = new LinkedHashMap<String, String>();
        configs.forEach((name, value) -> {
            try {
                var setting = TopicSettings.CATALOG.byName(name);
                if (setting == null) {
                    throw new SettingException("there is no such setting");
                }
                Settings.parse(TopicSettings.CATALOG, Map.of(name, value));
                usable.put(name, value);
            } catch (SettingException e) {
                System.out.println(
                        "Leaving out " + name + "=" + value + " of " + topic + ": " + e.getMessage());
            }
        });
        return usable;
    }

    private void bring(Path target, List<AdoptedTopic> topics, Map<PartitionName, Path> folders)
            throws IOException {
        Files.createDirectories(target);
        try (var lock = DirectoryLock.acquire(target)) {
            var wanted = new TreeMap<PartitionName, Path>(PartitionName.ORDER);
            for (var topic : topics) {
                for (int i = 0; i < topic.leaderEpochs().size(); i++) {
                    var name = new PartitionName(topic.name(), i);
                    if (Files.exists(target.resolve(name.toString()))) {
                        throw new IOException(target.resolve(name.toString())
                                + " exists already: import into a folder without these topics");
                    }
                    wanted.put(name, folders.get(name));
                }
            }
            var copy = new KafkaFolders(target, links);
            for (var folder : wanted.values()) {
                copy.bring(folder);
            }
            for (var source : sources) {
                copy.noteOffsets(source, wanted);
            }
            System.out.println("Copied " + (copy.copiedBytes() >> 20) + " MiB");
        }
    }
}
