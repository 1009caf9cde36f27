package io.millrace.consumer.fetch;

import io.millrace.consumer.position.OffsetReset;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Finds out where reading begins, from commits, timestamps and leader epochs, many partitions with one question. Owned by
 * the client's loop.
 */
final class Positioning {
    private final Brokers brokers;
    private final FetchRules rules;
    private final Fetcher fetcher;

    Positioning(Brokers brokers, FetchRules rules, Fetcher fetcher) {
        this.brokers = brokers;
        this.rules = rules;
        this.fetcher = fetcher;
    }

    void begin(PartitionFetch partition, StartPoint at) {
        if (at instanceof StartPoint.At known) {
            started(partition, known.position());
        } else if (at instanceof StartPoint.Committed) {
            partition.wantCommit();
        } else if (at instanceof StartPoint.Beginning) {
            partition.wantOffset(OffsetReset.EARLIEST_TIMESTAMP);
        } else if (at instanceof StartPoint.End) {
            partition.wantOffset(OffsetReset.LATEST_TIMESTAMP);
        } else {
            beginByPolicy(partition);
        }
    }

    private void beginByPolicy(PartitionFetch partition) {
        var timestamp = rules.reset().timestamp(System.currentTimeMillis());
        if (timestamp.isPresent()) {
            partition.wantOffset(timestamp.getAsLong());
        } else {
            fetcher.end(partition, new ApiException(ErrorCode.OFFSET_OUT_OF_RANGE, "nothing is committed for "
                    + partition.partition() + ", and auto.offset.reset=none: seek to an offset first"), null);
        }
    }

    private void started(PartitionFetch partition, Position position) {
        partition.readFrom(position);
        fetcher.started(partition);
    }

    /** Asks what is to be asked now. */
    void pump(Collection<PartitionFetch> partitions, long nowNs) {
        var commits = new HashMap<TopicPartition, PartitionFetch>();
        var offsets = new HashMap<Integer, Map<TopicPartition, PartitionFetch>>();
        var checks = new HashMap<Integer, Map<TopicPartition, PartitionFetch>>();
        var view = brokers.view();
        for (var each : partitions) {
            boolean wantsCheck = each.wantsCheck(view);
            if (each.isAsked() || each.isBackingOff(nowNs)
                    || each.stage() == PartitionFetch.Stage.READS && !wantsCheck) {
                continue;
            }
            if (each.stage() == PartitionFetch.Stage.WANTS_COMMIT) {
                commits.put(each.partition(), each);
            } else if (each.stage() != PartitionFetch.Stage.ENDED) {
                var leader = view.leaderOf(each.partition().topic(), each.partition().partition());
                if (leader == null) {
                    fetcher.backOff(List.of(each), true);
                } else {
                    (wantsCheck ? checks : offsets).computeIfAbsent(leader.id(), absent -> new HashMap<>())
                            .put(each.partition(), each);
                }
            }
        }
        if (!commits.isEmpty()) {
            askForCommits(commits);
        }
        offsets.forEach(this::askForOffsets);
        checks.forEach(this::askForEpochs);
    }

    private void askForCommits(Map<TopicPartition, PartitionFetch> partitions) {
        ask(partitions, brokers.committed(partitions.keySet()), (partition, committed) -> {
            if (committed == null) {
                beginByPolicy(partition);
            } else {
                started(partition, Position.of(committed));
            }
        });
    }

    private void askForOffsets(int leader, Map<TopicPartition, PartitionFetch> partitions) {
        var timestamps = new HashMap<TopicPartition, Long>();
        var view = brokers.view();
        partitions.forEach((partition, each) -> timestamps.put(partition, each.wantedTimestamp()));
        this.<FoundOffset>ask(partitions, brokers.offsets(leader, timestamps), (partition, found) -> {
            if (failedOn(partition, found)) {
                return;
            }
            if (found.isFound()) {
                partition.checked(partition.leaderEpoch(view));
                started(partition, new Position(found.offset(), found.leaderEpoch()));
            } else {
                partition.wantOffset(OffsetReset.LATEST_TIMESTAMP);
            }
        });
    }

    private void askForEpochs(int leader, Map<TopicPartition, PartitionFetch> partitions) {
        var positions = new HashMap<TopicPartition, Position>();
        var epochs = new HashMap<TopicPartition, Integer>();
        var view = brokers.view();
        partitions.forEach((partition, each) -> {
            positions.put(partition, each.position());
            epochs.put(partition, each.leaderEpoch(view));
        });
        this.<FoundOffset>ask(partitions, brokers.epochEnds(leader, positions), (partition, found) -> {
            if (failedOn(partition, found)) {
                return;
            }
            partition.checked(epochs.get(partition.partition()));
            boolean isCut = found.leaderEpoch() == RecordBatch.NO_LEADER_EPOCH || !found.isFound()
                    || found.offset() < partition.position().offset();
            if (isCut) {
                cut(partition, found);
            }
        });
    }

    /** The log was cut off before the position: what was read behind the cut is not part of it any more. */
    private void cut(PartitionFetch partition, FoundOffset found) {
        var remedy = PartitionFetch.remedyOf(rules);
        if (remedy != null && found.isFound()) {
            remedy = new StartPoint.At(new Position(found.offset(), found.leaderEpoch()));
        }
        fetcher.end(partition, new ApiException(ErrorCode.OFFSET_OUT_OF_RANGE, "the log of "
                + partition.partition() + " was cut off at offset " + found.offset() + ", before position "
                + partition.position().offset()), remedy);
    }

    private boolean failedOn(PartitionFetch partition, FoundOffset found) {
        if (found == null || found.error().isRetriable()) {
            fetcher.backOff(List.of(partition), true);
            return true;
        }
        if (found.error() != ErrorCode.NONE) {
            fetcher.end(partition, new ApiException(found.error(),
                    "no position for " + partition.partition() + ": " + found.error()), null);
            return true;
        }
        return false;
    }

    private interface Use<T> {
        void of(PartitionFetch partition, T answer);
    }

    private <T> void ask(Map<TopicPartition, PartitionFetch> partitions,
            CompletableFuture<Map<TopicPartition, T>> answer, Use<T> use) {
        partitions.values().forEach(each -> each.asked(true));
        answer.whenComplete((found, failure) -> {
            partitions.values().forEach(each -> each.asked(false));
            if (failure != null) {
                failed(partitions, failure);
            } else {
                partitions.forEach((partition, each) -> {
                    if (fetcher.isCurrent(each)) {
                        use.of(each, found.get(partition));
                    }
                });
            }
            fetcher.pump();
        });
    }

    private void failed(Map<TopicPartition, PartitionFetch> partitions, Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ApiException refusal && !refusal.errorCode().isRetriable()) {
            partitions.values().stream().filter(fetcher::isCurrent)
                    .forEach(each -> fetcher.end(each, refusal, null));
        } else {
            fetcher.backOff(partitions.values(), true);
        }
    }
}
