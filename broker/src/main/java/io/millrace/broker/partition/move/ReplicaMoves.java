package io.millrace.broker.partition.move;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.file.FutureFolders;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.Role;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas that are on their way to another log directory, at most one way each. Wishes are heeded one after the
 * other, on storage threads; any thread may have some.
 */
public final class ReplicaMoves {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMoves.class);
    private static final long STOP_S = 10;

    private final PartitionTable partitions;
    private final Supplier<ClusterImage> image;
    private final LogPlaces places;
    private final StoragePool pool;
    private final MovePace pace;
    private final SerialWork wishes;
    private final Map<LogDirectory, Lane> lanes = new ConcurrentHashMap<>();
    private final Map<PartitionName, ReplicaMove> moves = new ConcurrentHashMap<>();
    private volatile boolean isStopping;

    public ReplicaMoves(PartitionTable partitions, Supplier<ClusterImage> image, LogPlaces places,
            StoragePool pool, long bytesPerSecond) {
        this.partitions = partitions;
        this.image = image;
        this.places = places;
        this.pool = pool;
        this.pace = new MovePace(bytesPerSecond);
        this.wishes = new SerialWork(pool::execute);
    }

    /** Changes what all moves together may copy. */
    public void changePace(long bytesPerSecond) {
        pace.change(bytesPerSecond);
    }

    /**
     * Wants a partition in the directory of this path: moves it there, leaves it there, or will create it there.
     * Completes when that is under way.
     */
    public CompletableFuture<ErrorCode> alter(PartitionName name, String path) {
        var result = new CompletableFuture<ErrorCode>();
        wishes.addAsync(() -> begin(name, path)).whenComplete(
                (nothing, error) -> result
                        .complete(error == null ? ErrorCode.NONE : code(name, path, error)));
        return result;
    }

    private static ErrorCode code(PartitionName name, String path, Throwable error) {
        var cause = error instanceof CompletionException ? error.getCause() : error;
        LOG.warn("{} is not moved to {}: {}", name, path, cause.getMessage());
        return cause instanceof ApiException api ? api.errorCode()
                : cause instanceof IOException ? ErrorCode.KAFKA_STORAGE_ERROR
                        : ErrorCode.UNKNOWN_SERVER_ERROR;
    }

    private CompletableFuture<Void> begin(PartitionName name, String path) {
        if (!FutureFolders.isNameable(name)) {
            throw new ApiException(ErrorCode.INVALID_TOPIC_EXCEPTION, "the topic's name is too long");
        }
        var to = places.usable(path);
        var partition = find(name);
        if (partition == null) {
            places.prefer(name, to);
            throw missing(name);
        }
        if (partition.isOpening()) {
            throw new ApiException(ErrorCode.REPLICA_NOT_AVAILABLE, "its log is still being opened");
        }
        return begin(partition, name, to);
    }

    private CompletableFuture<Void> begin(Partition partition, PartitionName name, LogDirectory to) {
        var underWay = moves.get(name);
        if (underWay != null && underWay.destination() != to) {
            return underWay.cancel().thenCompose(nothing -> {
                moves.remove(name, underWay);
                return begin(partition, name, to);
            });
        }
        var from = places.placeOf(name);
        if (underWay != null || from == to || isStopping) {
            return CompletableFuture.completedFuture(null);
        }
        if (partition.role() instanceof Role.Offline || partition.log() == null || places.lacksSome()) {
            throw new ApiException(ErrorCode.KAFKA_STORAGE_ERROR,
                    partition.log() == null ? "the replica is offline" : "a log directory is offline");
        }
        var move = new ReplicaMove(partition,
                () -> partitions.find(partition.topicId(), partition.index()) != partition,
                new ReplicaMove.Route(name, from, to), places,
                lanes.computeIfAbsent(to, directory -> new Lane(pool)), pace);
        moves.put(name, move);
        move.ended().thenRun(() -> moves.remove(name, move));
        return move.start();
    }

    private Partition find(PartitionName name) {
        var topic = image.get().topic(name.topic());
        return topic == null ? null : partitions.find(topic.id(), name.partition());
    }

    private ApiException missing(PartitionName name) {
        var topic = image.get().topic(name.topic());
        boolean isElsewhere = topic != null && topic.partition(name.partition()) != null;
        return isElsewhere
                ? new ApiException(ErrorCode.REPLICA_NOT_AVAILABLE, "it will be created there")
                : new ApiException(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no such partition yet");
    }

    /** Goes on with what an earlier run began; what is not this broker's any more goes. Blocks for a look. */
    public void resume() throws IOException {
        for (var directory : places.all()) {
            for (var name : directory.futures().found()) {
                var partition = find(name);
                if (partition != null && places.placeOf(name) != directory) {
                    partition.whenOpen(() -> alter(name, directory.path().toString()));
                } else if (!places.lacksSome()) {
                    directory.futures().discard(name);
                }
            }
        }
    }

    /** Interrupts all moves; those whose logs are just being exchanged end first. Blocks. */
    public void stop() {
        isStopping = true;
        var ends = moves.values().stream().map(ReplicaMove::stop).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).completeOnTimeout(null, STOP_S, TimeUnit.SECONDS).join();
    }
}
