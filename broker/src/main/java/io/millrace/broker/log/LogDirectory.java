package io.millrace.broker.log;

import io.millrace.broker.log.DirectoryCare.OpenLog;
import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.cleaner.CleanableLog;
import io.millrace.broker.log.cleaner.CleaningClaim;
import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.CleanShutdownFile;
import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DeletedFolders;
import io.millrace.broker.log.file.DirectoryLock;
import io.millrace.broker.log.file.DirectoryOffsets;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.file.StrayFolders;
import io.millrace.broker.log.file.TopicIdFile;
import io.millrace.broker.log.producer.SnapshotFiles;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of partitions that this process alone may use: opens, recovers, creates and deletes their logs and looks
 * after them. Any thread may call; the work is done on the storage pool, for each partition in the order asked.
 * <pre>
 *   .lock  meta.properties  .kafka_cleanshutdown       whose it is, and whether it was closed in order
 *   .reserve                                           space for bad times
 *   recovery-point-offset-checkpoint                   from where a crash is recovered
 *   log-start-offset-checkpoint                        where logs start inside their first segment
 *   cleaner-offset-checkpoint                          up to where logs were compacted
 *   replication-offset-checkpoint                      up to where all in-sync replicas had them
 *   orders-0/  orders-1/                               partitions
 *   orders-2.4f5e...-delete/                           a deleted partition, gone soon
 *   orders-4.c07a...-future/                           a partition on its way from another directory
 *   orders-3.81b2...-stray/                            a partition that nobody knows any more, kept
 * </pre>
 */
public final class LogDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
    private static final long REOPEN_MS = 1000;

    private final Path directory;
    private final LogResources resources;
    private final DirectoryLock lock;
    private final Consumer<LogDirectory> whenFailed;
    private final Disk disk;
    private final OptionalLong lastCleanEpoch;
    private final DirectoryOffsets offsets;
    private final DirectoryCare care;
    private final LogLoader loader;
    private final FutureLogs futures;
    private final Map<PartitionName, OpenLog> open = new ConcurrentHashMap<>();
    private final Map<PartitionName, SerialWork> works = new ConcurrentHashMap<>();
    private volatile boolean isClosing;

    private LogDirectory(Path directory, LogResources resources, DirectorySettings settings,
            DirectoryLock lock, Consumer<LogDirectory> whenFailed)
            throws IOException {
        this.whenFailed = whenFailed;
        this.directory = directory;
        this.resources = resources;
        this.lock = lock;
        this.disk = new Disk(directory, resources.calls(), settings.reserveBytes(), this::onDiskFailed);
        this.lastCleanEpoch = CleanShutdownFile.read(directory);
        this.offsets = new DirectoryOffsets(directory);
        this.care = new DirectoryCare(resources, disk, offsets, open, settings.producerExpirationMs());
        this.loader = new LogLoader(resources, disk, offsets, care);
        this.futures = new FutureLogs(directory, loader, open, this::workOn);
    }

    /**
     * Takes the folder, made if need be. The message of an {@link IOException} is for the user: another process has it,
     * or it cannot be read. Blocks.
     */
    public static LogDirectory open(Path directory, LogResources resources, DirectorySettings settings)
            throws IOException {
        return open(directory, resources, settings, failed -> {});
    }

    /** The same, with someone who is told when the disk fails, on the thread that found out. */
    public static LogDirectory open(Path directory, LogResources resources, DirectorySettings settings,
            Consumer<LogDirectory> whenFailed) throws IOException {
        Files.createDirectories(directory);
        var lock = DirectoryLock.acquire(directory);
        try {
            var opened = new LogDirectory(directory, resources, settings, lock, whenFailed);
            CleanShutdownFile.remove(directory);
            for (var left : DeletedFolders.leftIn(directory)) {
                resources.pool().execute(() -> DeletedFolders.remove(left));
            }
            opened.care.start(settings);
            return opened;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void onDiskFailed() {
        open.values().forEach(opened -> opened.log().flush().failed());
        whenFailed.accept(this);
    }

    public Path path() {
        return directory;
    }

    public Disk disk() {
        return disk;
    }

    /** The broker epoch under which the directory was last closed in order; empty after a crash or at first. */
    public OptionalLong lastCleanEpoch() {
        return lastCleanEpoch;
    }

    /** All open logs. */
    public Collection<PartitionLog> logs() {
        return open.values().stream().map(OpenLog::log).toList();
    }

    /** Open logs that are to be compacted. */
    public Collection<CleanableLog> compactedLogs() {
        var compacted = new ArrayList<CleanableLog>();
        for (var opened : open.values()) {
            if (opened.log().settings().compacts()) {
                compacted.add(opened.compacted());
            }
        }
        return compacted;
    }

    /** Partitions that have a folder here, open or not. Blocks. */
    public Collection<PartitionName> partitions() throws IOException {
        var names = new ArrayList<PartitionName>();
        try (var folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
            folders.forEach(
                    folder -> PartitionName.ofFolder(folder.getFileName().toString()).ifPresent(names::add));
        }
        return names;
    }

    /**
     * Opens a partition's log for an owner: as it was left, recovered after a crash, or new. A folder of this name that
     * belongs to another topic is set aside. Fails with an {@link IOException} if the log is damaged.
     */
    public CompletableFuture<PartitionLog> open(PartitionName name, Uuid topicId, Executor owner,
            LogSettings logSettings) {
        var result = new CompletableFuture<PartitionLog>();
        open(name, topicId, owner, logSettings, result);
        return result;
    }

    private void open(PartitionName name, Uuid topicId, Executor owner, LogSettings logSettings,
            CompletableFuture<PartitionLog> result) {
        workOn(name).addAsync(() -> {
            var before = open.get(name);
            if (before != null && before.topicId().equals(topicId)) {
                result.complete(before.log());
                return CompletableFuture.completedFuture(null);
            }
            var removed = before == null ? CompletableFuture.<Void>completedFuture(null)
                    : closeAndRemove(name, before);
            return removed.thenCompose(nothing -> makeWay(name, topicId))
                    .thenAccept(storedId -> load(new LogLoader.Wanted(name, topicId, owner, logSettings),
                            storedId))
                    .thenRun(() -> result.complete(open.get(name).log()));
        }).whenComplete((nothing, error) -> {
            if (error != null && disk.isFull() && !isClosing
                    && !(error.getCause() instanceof DamagedFileException)) {
                resources.pool().schedule(() -> open(name, topicId, owner, logSettings, result), REOPEN_MS);
            } else if (error != null) {
                result.completeExceptionally(error instanceof CompletionException ? error.getCause() : error);
            }
        });
    }

    /**
     * Closes the log of this topic and takes its files away, in the end; the name is free when the result completes. If
     * another topic has the name by now, nothing is done: its log replaced the one that is meant.
     */
    public CompletableFuture<Void> delete(PartitionName name, Uuid topicId) {
        return workOn(name).addAsync(() -> {
            var opened = open.get(name);
            if (opened != null && opened.topicId().equals(topicId)) {
                return closeAndRemove(name, opened);
            }
            if (opened == null && isOf(name, topicId)) {
                removeFolder(name, folderOf(name), LogSettings.DEFAULTS.fileDeleteDelayMs());
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Whether a folder is this topic's, or not yet anybody's. */
    private boolean isOf(PartitionName name, Uuid topicId) throws IOException {
        var storedId = storedId(name);
        return storedId.equals(topicId) || storedId.equals(Uuid.ZERO);
    }

    private SerialWork workOn(PartitionName name) {
        return works.computeIfAbsent(name, key -> new SerialWork(resources.pool()::execute));
    }

    private Path folderOf(PartitionName name) {
        return directory.resolve(name.toString());
    }

    /** A folder of no topic becomes this one's; no id at all means that there is no folder. */
    private void load(LogLoader.Wanted wanted, Uuid storedId) {
        if (isClosing) {
            throw new CompletionException(new IOException("the log directory is being closed: " + directory));
        }
        var folder = folderOf(wanted.name());
        try {
            if (storedId != null && !storedId.equals(wanted.topicId())) {
                TopicIdFile.write(folder, wanted.topicId());
            }
            open.put(wanted.name(), storedId == null ? loader.create(folder, wanted)
                    : loader.load(folder, wanted, lastCleanEpoch.isPresent()));
        } catch (DamagedFileException e) {
            throw new CompletionException(e);
        } catch (IOException e) {
            disk.report(e);
            throw new CompletionException(e);
        }
    }

    /**
     * Answers whose folder has the name, null if there is none; one that is another topic's is set aside. If the name is
     * free then, also the disk forgets what was written down of an earlier log, which a crash may have kept there: it
     * would make the new one look damaged.
     */
    private CompletableFuture<Uuid> makeWay(PartitionName name, Uuid topicId) {
        try {
            var storedId = storedId(name);
            if (!storedId.equals(topicId) && !storedId.equals(Uuid.ZERO)) {
                setAside(name, "another topic of this name, with the id " + storedId);
            }
            if (Files.notExists(folderOf(name))) {
                offsets.forget(name);
                return (offsets.isStillWritten(name) ? care.checkpoints().add(offsets::write)
                        : CompletableFuture.<Void>completedFuture(null)).thenApply(nothing -> null);
            }
            if (offsets.recoveryPoint(name) == 0) {
                disk.freshFolders().add(folderOf(name));
            }
            return CompletableFuture.completedFuture(storedId);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The id in a folder. A power cut may blank it before anything in it was promised; what survived there is kept. */
    private Uuid storedId(PartitionName name) throws IOException {
        var folder = folderOf(name);
        try {
            return TopicIdFile.read(folder);
        } catch (DamagedFileException e) {
            if (offsets.recoveryPoint(name) > 0 || !TopicIdFile.isBlank(folder)) {
                throw e;
            }
            if (LogFolder.isEmpty(folder)) {
                removeFolder(name, folder, 0);
            } else {
                setAside(name, "a topic that cannot be told, as its id did not reach the disk");
            }
            return Uuid.ZERO;
        }
    }

    private CompletableFuture<Void> closeAndRemove(PartitionName name, OpenLog opened) {
        return opened.close().handle((nothing, error) -> {
            if (error != null) {
                LOG.warn("{} was not closed in order before it was deleted: {}", name, error.getMessage());
            }
            open.remove(name);
            try {
                removeFolder(name, opened.log().folder(), opened.log().settings().fileDeleteDelayMs());
            } catch (IOException e) {
                throw new CompletionException(e);
            }
            return null;
        });
    }

    /**
     * Renames the folders of partitions that are neither named here nor open, so that no data goes silently. Asked for
     * once the cluster's metadata is known.
     */
    public CompletableFuture<Void> setAsideStrays(Set<PartitionName> wanted) throws IOException {
        var renamings = new ArrayList<CompletableFuture<Void>>();
        for (var name : partitions()) {
            if (!wanted.contains(name)) {
                renamings.add(workOn(name).add(() -> {
                    if (!open.containsKey(name) && Files.isDirectory(folderOf(name))) {
                        setAside(name, "a partition that the cluster does not place on this broker");
                    }
                }));
            }
        }
        return CompletableFuture.allOf(renamings.toArray(CompletableFuture[]::new))
                .whenComplete((nothing, error) -> {
                    if (error != null) {
                        LOG.error("Folders in {} that nobody knows stay: {}", directory, error.getMessage());
                    }
                });
    }

    private void setAside(PartitionName name, String owner) throws IOException {
        offsets.forget(name);
        StrayFolders.setAside(folderOf(name), owner);
    }

    private void removeFolder(PartitionName name, Path folder, long delayMs) throws IOException {
        offsets.forget(name);
        if (Files.isDirectory(folder)) {
            loader.remove(folder, delayMs);
        }
    }

    /** Takes away what a move to another directory left of a partition. Blocks. */
    public void removeLeft(PartitionName name) throws IOException {
        removeFolder(name, folderOf(name), 0);
    }

    /** Copies of logs that are on their way into this directory. */
    public FutureLogs futures() {
        return futures;
    }

    /** The right to rewrite an open log; null if it is not open here. */
    public CleaningClaim cleaning(PartitionName name) {
        var opened = open.get(name);
        return opened == null ? null : opened.compacted().claim();
    }

    /** What its logs need from time to time, which may also be asked for. */
    public DirectoryCare care() {
        return care;
    }

    /** Closes all logs in order without naming a broker epoch. Blocks. */
    @Override
    public void close() throws IOException {
        close(-1);
    }

    /** Closes all logs in order; owners must still run. The mark of that names this broker epoch. Blocks. */
    public void close(long brokerEpoch) throws IOException {
        isClosing = true;
        care.stop();
        if (disk.hasFailed()) {
            lock.close();
            return;
        }
        care.checkpoint().exceptionally(error -> null).join(); // one that is under way ends before logs close
        boolean isClean = lastCleanEpoch.isPresent() || open.keySet().containsAll(partitions());
        var closings = open.values().stream().map(OpenLog::closeDurably).toList();
        for (var closing : closings) {
            try {
                closing.join();
            } catch (CompletionException e) {
                LOG.error("A log was not closed in order and will be recovered: {}",
                        e.getCause().getMessage());
                isClean = false;
            }
        }
        try {
            care.checkpoint().join();
            if (isClean) {
                CleanShutdownFile.write(directory, brokerEpoch);
            }
        } catch (CompletionException e) {
            throw new IOException("The checkpoints of " + directory + " could not be written", e.getCause());
        } finally {
            disk.close();
            lock.close();
        }
    }
}
