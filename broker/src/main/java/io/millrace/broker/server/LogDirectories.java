package io.millrace.broker.server;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.cleaner.CleanableLog;
import io.millrace.broker.log.file.DirectoryInUseException;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.partition.LogStore;
import io.millrace.broker.partition.move.LogPlaces;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All log directories of this broker, and which partition lies in which. The metadata thread opens, owners delete;
 * a directory that fails takes its partitions offline, the others serve on.
 */
final class LogDirectories implements LogStore, LogPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectories.class);

    /** Anybody may wish for partitions that do not exist. */
    private static final int MOST_PREFERRED = 100_000;

    /** Where a partition lies; the topic is unknown until its log is opened. */
    private record Place(LogDirectory directory, Uuid topicId) {}

    private final Map<LogDirectory, AtomicInteger> partitionCounts = new ConcurrentHashMap<>();
    private final Map<PartitionName, Place> places = new ConcurrentHashMap<>();
    private final Map<PartitionName, LogDirectory> preferred = new ConcurrentHashMap<>();
    private final List<Path> folders;
    private final List<LogDirectory> directories = new ArrayList<>();
    private final boolean lacksSome;
    private final Consumer<IOException> whenUseless;
    private volatile Path vital;
    private volatile boolean isStarting = true;

    /**
     * Opens every folder that can be used; throws when none can, or when another process has one. The last argument is
     * told when no directory is left, or the one that everything needs is gone. Blocks.
     */
    LogDirectories(List<Path> folders, LogResources resources, DirectorySettings settings,
            Consumer<IOException> whenUseless) throws IOException {
        this.whenUseless = whenUseless;
        this.folders = List.copyOf(folders);
        IOException failure = null;
        for (var folder : folders) {
            try {
                directories.add(LogDirectory.open(folder, resources, settings, this::onFailed));
            } catch (DirectoryInUseException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
                LOG.error("The log directory {} cannot be used, its partitions are offline: {}", folder,
                        e.getMessage());
            }
        }
        if (directories.isEmpty()) {
            throw new IOException("None of the log directories can be used: " + folders + ": "
                    + (failure == null ? "" : failure.getMessage()), failure);
        }
        lacksSome = failure != null;
        for (var directory : directories) {
            place(directory);
        }
    }

    private void place(LogDirectory directory) throws IOException {
        var names = directory.partitions();
        partitionCounts.put(directory, new AtomicInteger(names.size()));
        for (var name : names) {
            var other = places.putIfAbsent(name, new Place(directory, Uuid.ZERO));
            if (other != null) {
                keepOne(name, other.directory, directory);
            }
        }
    }

    /** A stop in the last moment of a move leaves two, of which one is marked. */
    private void keepOne(PartitionName name, LogDirectory one, LogDirectory other) throws IOException {
        boolean isOneKept = one.futures().tookOver(name);
        if (isOneKept == other.futures().tookOver(name)) {
            throw new IOException("The partition " + name + " lies in two log directories, " + one.path()
                    + " and " + other.path() + ": move one of them away");
        }
        var kept = isOneKept ? one : other;
        var left = isOneKept ? other : one;
        LOG.info("{} was moved to {}; what is left of it in {} is deleted", name, kept.path(), left.path());
        places.put(name, new Place(kept, Uuid.ZERO));
        partitionCounts.get(left).decrementAndGet();
        left.removeLeft(name);
    }

    @Override
    public List<LogDirectory> all() {
        return List.copyOf(directories);
    }

    /** Without this folder the broker cannot go on, whatever the others do. */
    void needs(Path folder) {
        vital = folder;
    }

    /** From now on a partition without a folder is a new one. */
    void started() {
        isStarting = false;
    }

    /** Makes sure that every directory is this broker's. Blocks. */
    void claim(String clusterId, int brokerId) throws IOException {
        for (var directory : directories) {
            OwnFolder.claim(directory.path(), clusterId, brokerId);
        }
    }

    private void onFailed(LogDirectory failed) {
        var cause = failed.disk().failure();
        if (failed.path().equals(vital)) {
            whenUseless.accept(new IOException("The disk of " + vital
                    + " failed, and the embedded ZooKeeper keeps the cluster's metadata there: "
                    + cause.getMessage(), cause));
        } else if (directories.stream().allMatch(directory -> directory.disk().hasFailed())) {
            whenUseless.accept(new IOException("No log directory is left that works; the last one was "
                    + failed.path() + ": " + cause.getMessage(), cause));
        }
    }

    @Override
    public CompletableFuture<PartitionLog> open(Wanted wanted) {
        var name = new PartitionName(wanted.topic(), wanted.partition());
        var place = places.get(name);
        if (place == null && isStarting && lacksSome) {
            return CompletableFuture
                    .failedFuture(new IOException("the log directory that it lies in is offline"));
        }
        var directory = place == null ? placeOfNew(name) : place.directory;
        if (place == null) {
            partitionCounts.get(directory).incrementAndGet();
        }
        places.put(name, new Place(directory, wanted.topicId()));
        return directory.open(name, wanted.topicId(), wanted.owner(), wanted.settings());
    }

    private LogDirectory placeOfNew(PartitionName name) {
        var wanted = preferred.remove(name);
        return wanted == null || wanted.disk().hasFailed() ? roomiest() : wanted;
    }

    @Override
    public LogDirectory usable(String path) {
        if (folders.stream().noneMatch(folder -> folder.toString().equals(path))) {
            throw new ApiException(ErrorCode.LOG_DIR_NOT_FOUND, "log.dirs does not name " + path);
        }
        return directories.stream()
                .filter(directory -> directory.path().toString().equals(path)
                        && !directory.disk().hasFailed())
                .findFirst().orElseThrow(() -> new ApiException(ErrorCode.KAFKA_STORAGE_ERROR,
                        "the log directory " + path + " is offline"));
    }

    @Override
    public boolean lacksSome() {
        return lacksSome || directories.stream().anyMatch(directory -> directory.disk().hasFailed());
    }

    @Override
    public LogDirectory placeOf(PartitionName name) {
        var place = places.get(name);
        return place == null ? null : place.directory;
    }

    @Override
    public void prefer(PartitionName name, LogDirectory directory) {
        if (preferred.size() < MOST_PREFERRED) {
            preferred.put(name, directory);
        }
    }

    @Override
    public void moved(PartitionName name, Uuid topicId, LogDirectory to) {
        var left = places.put(name, new Place(to, topicId));
        partitionCounts.get(left.directory).decrementAndGet();
        partitionCounts.get(to).incrementAndGet();
    }

    /** Where a new partition goes: not to a full disk, then where there are fewest, then where there is most space. */
    private LogDirectory roomiest() {
        LogDirectory best = directories.get(0);
        for (var other : directories.subList(1, directories.size())) {
            if (isBetter(other, best)) {
                best = other;
            }
        }
        return best;
    }

    private boolean isBetter(LogDirectory one, LogDirectory other) {
        if (one.disk().hasFailed() != other.disk().hasFailed()) {
            return other.disk().hasFailed();
        }
        if (one.disk().isFull() != other.disk().isFull()) {
            return other.disk().isFull();
        }
        int difference = partitionCounts.get(one).get() - partitionCounts.get(other).get();
        return difference == 0 ? one.disk().usableBytes() > other.disk().usableBytes() : difference < 0;
    }

    @Override
    public CompletableFuture<Void> delete(String topic, Uuid topicId, int partition) {
        var name = new PartitionName(topic, partition);
        var place = places.get(name);
        if (place == null) {
            return CompletableFuture.completedFuture(null);
        }
        return place.directory.delete(name, topicId).thenRun(() -> {
            if (places.remove(name, new Place(place.directory, topicId))) {
                partitionCounts.get(place.directory).decrementAndGet();
            }
        });
    }

    /** The broker epoch under which all directories were closed in order; empty if one was not. */
    OptionalLong lastCleanEpoch() {
        var epochs = new HashMap<Long, LogDirectory>();
        for (var directory : directories) {
            epochs.put(directory.lastCleanEpoch().orElse(-1), directory);
        }
        long epoch = epochs.size() == 1 && !lacksSome ? epochs.keySet().iterator().next() : -1;
        return epoch < 0 ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    /** See {@link LogDirectory#setAsideStrays}. */
    void setAsideStrays(Set<PartitionName> wanted) throws IOException {
        for (var directory : directories) {
            directory.setAsideStrays(wanted);
        }
    }

    Collection<CleanableLog> compactedLogs() {
        return directories.stream().flatMap(directory -> directory.compactedLogs().stream()).toList();
    }

    void expireProducersAfter(long ms) {
        directories.forEach(directory -> directory.care().expireProducersAfter(ms));
    }

    /** Closes all logs in order; the marks of that name this broker epoch. Blocks. */
    void close(long brokerEpoch) throws IOException {
        IOException failure = null;
        for (var directory : directories) {
            try {
                directory.close(brokerEpoch);
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
