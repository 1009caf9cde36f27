package io.millrace.broker.partition.move;

import io.millrace.broker.log.FutureLogs;
import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.cleaner.CleaningClaim;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.partition.Partition;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica on its way from one log directory to another. Runs on the lane of its destination; the last step but one
 * on the partition's owner, which has held its appends for the rest of the records to be copied.
 * <pre>
 *   open copy > copy ... > nothing left > force > owner holds appends > copy the rest > close, rename: the point of no
 *      return > owner: the copy is the log > delete the old one
 * </pre>
 */
final class ReplicaMove implements LogCopy.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMove.class);
    private static final long PACE_MS = 100;
    private static final long RETRY_MS = 500;

    /** Which replica goes from where to where. */
    record Route(PartitionName name, LogDirectory from, LogDirectory to) {}

    private final Partition partition;
    private final BooleanSupplier isGone;
    private final Route route;
    private final LogPlaces places;
    private final Lane lane;
    private final MovePace pace;
    private final FutureLogs futures;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private CleaningClaim cleaning;
    private LogCopy copy;
    private FutureLogs.Held held;
    private boolean isForced;
    private String lastFailure;
    private volatile boolean isUnwanted;
    private volatile boolean isStopping;

    /** Told whether the partition is not this broker's any more. */
    ReplicaMove(Partition partition, BooleanSupplier isGone, Route route, LogPlaces places, Lane lane,
            MovePace pace) {
        this.partition = partition;
        this.isGone = isGone;
        this.route = route;
        this.places = places;
        this.lane = lane;
        this.pace = pace;
        this.futures = route.to.futures();
    }

    LogDirectory destination() {
        return route.to;
    }

    /** Completes when nothing of it goes on: it is done, was given up, or the broker stops. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Completes when the copy is open; exceptionally if it cannot be made, and then the move has ended. */
    CompletableFuture<Void> start() {
        cleaning = route.from.cleaning(route.name);
        if (cleaning == null) {
            ended.complete(null);
            return CompletableFuture
                    .failedFuture(new IOException(route.name + " is not open in " + route.from.path()));
        }
        return cleaning.pause().thenCompose(nothing -> route.from.futures().settle(route.name))
                .thenCompose(nothing -> openCopy()).whenComplete((nothing, error) -> {
                    if (error == null) {
                        LOG.info("{} is on its way from {} to {}", route.name, route.from.path(),
                                route.to.path());
                        execute(this::step);
                    } else {
                        end();
                    }
                });
    }

    private CompletableFuture<Void> openCopy() {
        return futures.open(route.name, partition.topicId(), lane, partition.settings().log())
                .thenAccept(opened -> copy = new LogCopy(partition.log(), opened));
    }

    /** Gives the move up, unless it is past that; the copy goes. Completes when it has ended. */
    CompletableFuture<Void> cancel() {
        isUnwanted = true;
        return ended;
    }

    /** Interrupts the move until the broker starts again. Completes when it has ended. */
    CompletableFuture<Void> stop() {
        isStopping = true;
        return ended;
    }

    private void step() {
        if (isUnwanted || isGone.getAsBoolean()) {
            discard();
        } else if (isStopping) {
            end();
        } else if (route.from.disk().hasFailed() || route.to.disk().hasFailed()) {
            LOG.error("{} stays in {}: a disk failed before it was moved to {}", route.name,
                    route.from.path(), route.to.path());
            end();
        } else if (pace.isBehind()) {
            lane.later(() -> execute(this::step), PACE_MS);
        } else {
            copy.step(pace.chunkBytes(), this);
        }
    }

    @Override
    public void copied(long bytes) {
        pace.spent(bytes);
        execute(this::step);
    }

    @Override
    public void caughtUp() {
        execute(() -> {
            if (isForced) {
                hold();
            } else {
                force();
            }
        });
    }

    @Override
    public void failed(String reason) {
        if (!reason.equals(lastFailure)) {
            lastFailure = reason;
            LOG.warn("{} cannot be copied to {}, tries again: {}", route.name, route.to.path(), reason);
        }
        isForced = false;
        lane.later(() -> execute(this::step), RETRY_MS);
    }

    /** Before appends are held: so they are held for less long. */
    private void force() {
        try {
            futures.force(route.name);
            isForced = true;
            step();
        } catch (IOException e) {
            failed(e.getMessage());
        }
    }

    private void hold() {
        isForced = false;
        partition.owner().execute(() -> {
            var log = partition.log();
            log.cut().hold(() -> {
                var state = FutureLogs.Held.of(log);
                execute(() -> {
                    held = state;
                    copyRest();
                });
            });
        });
    }

    private void copyRest() {
        if (isUnwanted || isGone.getAsBoolean()) {
            release();
            discard();
            return;
        }
        copy.step(pace.chunkBytes(), new LogCopy.Listener() {
            @Override
            public void copied(long bytes) {
                pace.spent(bytes);
                execute(ReplicaMove.this::copyRest);
            }

            @Override
            public void caughtUp() {
                execute(ReplicaMove.this::replace);
            }

            @Override
            public void failed(String reason) {
                release();
                ReplicaMove.this.failed(reason);
            }
        });
    }

    private void release() {
        partition.owner().execute(() -> partition.log().cut().release());
    }

    private void replace() {
        futures.finish(route.name, held).whenComplete((nothing, error) -> {
            if (error == null) {
                partition.owner().execute(this::takeOver);
            } else {
                release();
                execute(() -> reopen(error));
            }
        });
    }

    private void reopen(Throwable error) {
        openCopy().whenComplete((nothing, failure) -> {
            if (failure == null) {
                execute(() -> failed(error.getMessage()));
            } else {
                LOG.error("{} stays in {}: its copy in {} cannot be finished: {}", route.name,
                        route.from.path(), route.to.path(), failure.getMessage());
                end();
            }
        });
    }

    /** On the partition's owner. */
    private void takeOver() {
        PartitionLog old = partition.log();
        var moved = futures.takeOver(route.name, old, partition.owner(), partition.settings().log());
        if (isGone.getAsBoolean()) {
            old.cut().release();
            route.to.delete(route.name, partition.topicId()).whenComplete((nothing, error) -> end());
            return;
        }
        places.moved(route.name, partition.topicId(), route.to);
        partition.moveTo(moved);
        old.cut().giveUp();
        LOG.info("{} lies in {} now: {} bytes, up to offset {}", route.name, route.to.path(),
                moved.sizeInBytes(), moved.logEndOffset());
        route.from.delete(route.name, partition.topicId())
                .thenCompose(nothing -> futures.settle(route.name)).whenComplete((nothing, error) -> {
                    if (error != null) {
                        LOG.warn("What is left of {} in {} goes when the broker starts again: {}",
                                route.name, route.from.path(), error.getMessage());
                    }
                    ended.complete(null);
                });
    }

    private void discard() {
        futures.discard(route.name).whenComplete((nothing, error) -> {
            if (error != null) {
                LOG.error("The copy of {} in {} cannot be deleted: {}", route.name, route.to.path(),
                        error.getMessage());
            }
            LOG.info("{} is not moved to {}", route.name, route.to.path());
            end();
        });
    }

    /** Whatever goes wrong, a move ends. */
    private void execute(Runnable task) {
        lane.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("The move of {} to {} broke off", route.name, route.to.path(), e);
                end();
            }
        });
    }

    private void end() {
        cleaning.resume();
        ended.complete(null);
    }
}
