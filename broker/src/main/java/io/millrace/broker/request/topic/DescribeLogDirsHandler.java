package io.millrace.broker.request.topic;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.file.FutureFolders;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.DescribeLogDirs;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Answers DescribeLogDirs on a storage thread, since a volume is asked for its size. */
public final class DescribeLogDirsHandler
        implements
            Handler<DescribeLogDirs.Request, DescribeLogDirs.Response> {
    private static final long UNKNOWN_BYTES = -1;
    private static final long UNKNOWN_LAG = -1;

    private final List<LogDirectory> directories;
    private final Supplier<ClusterImage> image;
    private final PartitionTable partitions;
    private final Executor storage;

    public DescribeLogDirsHandler(List<LogDirectory> directories, Supplier<ClusterImage> image,
            PartitionTable partitions, Executor storage) {
        this.directories = List.copyOf(directories);
        this.image = image;
        this.partitions = partitions;
        this.storage = storage;
    }

    @Override
    public void handle(DescribeLogDirs.Request request, Exchange exchange,
            Reply<DescribeLogDirs.Response> reply) {
        storage.execute(() -> {
            var wanted = wanted(request);
            var response = new DescribeLogDirs.Response(0, ErrorCode.NONE,
                    directories.stream().map(directory -> describe(directory, wanted)).toList());
            exchange.loop().execute(() -> reply.send(response));
        });
    }

    /** Null for all. */
    private static Set<PartitionName> wanted(DescribeLogDirs.Request request) {
        if (request.topics() == null) {
            return null;
        }
        var wanted = new HashSet<PartitionName>();
        request.topics().forEach(topic -> topic.partitions()
                .forEach(index -> wanted.add(new PartitionName(topic.topic(), index))));
        return wanted;
    }

    private DescribeLogDirs.Response.Result describe(LogDirectory directory, Set<PartitionName> wanted) {
        var path = directory.path();
        if (directory.disk().hasFailed()) {
            return new DescribeLogDirs.Response.Result(ErrorCode.KAFKA_STORAGE_ERROR, path.toString(),
                    List.of(), UNKNOWN_BYTES, UNKNOWN_BYTES, false);
        }
        var topics = new TreeMap<String, List<DescribeLogDirs.Response.Partition>>();
        for (var log : directory.logs()) {
            var copied = FutureFolders.nameOf(log.folder());
            copied.or(() -> PartitionName.ofFolder(log.folder().getFileName().toString()))
                    .filter(name -> wanted == null || wanted.contains(name))
                    .ifPresent(name -> topics.computeIfAbsent(name.topic(), topic -> new ArrayList<>())
                            .add(describe(name, log, copied.isPresent())));
        }
        return new DescribeLogDirs.Response.Result(ErrorCode.NONE, path.toString(),
                topics.entrySet().stream().map(
                        topic -> new DescribeLogDirs.Response.Topic(topic.getKey(), topic.getValue()))
                        .toList(),
                totalBytes(path), usableBytes(path), false);
    }

    /** A copy on its way lags behind the replica, a replica behind the high watermark. */
    private DescribeLogDirs.Response.Partition describe(PartitionName name, PartitionLog log,
            boolean isFuture) {
        var topic = image.get().topic(name.topic());
        var partition = topic == null ? null : partitions.find(topic.id(), name.partition());
        var current = partition == null ? null : partition.log();
        long lag = current == null ? UNKNOWN_LAG
                : isFuture ? current.logEndOffset() - log.logEndOffset()
                        : Math.max(0, current.highWatermark() - log.logEndOffset());
        return new DescribeLogDirs.Response.Partition(name.partition(), log.sizeInBytes(), lag, isFuture);
    }

    private static long totalBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getTotalSpace();
        } catch (IOException e) {
            return UNKNOWN_BYTES;
        }
    }

    private static long usableBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            return UNKNOWN_BYTES;
        }
    }
}
