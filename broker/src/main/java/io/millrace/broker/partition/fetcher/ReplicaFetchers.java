package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.FollowingListener;
import io.millrace.broker.partition.Partition;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The fetchers of a broker, by the broker that they fetch from; partitions are spread over those of one source. Called
 * by owners of partitions.
 */
public final class ReplicaFetchers implements FollowingListener {
    private final Map<Integer, ReplicaFetcher[]> bySource = new ConcurrentHashMap<>();
    private final List<? extends EventExecutor> loops;
    private final ReplicaFetcher.Surroundings surroundings;

    /** {@code ownEpoch} is the epoch of this broker's registration as it is now. */
    public ReplicaFetchers(List<? extends EventExecutor> loops, Peers peers, int ownId, LongSupplier ownEpoch,
            FetcherSettings settings, CopyPace pace) {
        this.loops = loops;
        this.surroundings = new ReplicaFetcher.Surroundings(peers, ownId, ownEpoch, settings, pace);
    }

    @Override
    public void follows(Partition partition, Following following) {
        of(partition, following).add(partition, following);
    }

    @Override
    public void stops(Partition partition, Following following) {
        of(partition, following).remove(partition, following);
    }

    private ReplicaFetcher of(Partition partition, Following following) {
        var fetchers = bySource.computeIfAbsent(following.leaderId(), this::create);
        int hash = 31 * partition.topicId().hashCode() + partition.index();
        return fetchers[Math.floorMod(hash, fetchers.length)];
    }

    private ReplicaFetcher[] create(int sourceId) {
        var fetchers = new ReplicaFetcher[Math.min(loops.size(),
                surroundings.settings().fetchersPerBroker())];
        for (int i = 0; i < fetchers.length; i++) {
            fetchers[i] = new ReplicaFetcher(sourceId, loops.get((sourceId + i) % loops.size()),
                    surroundings);
        }
        return fetchers;
    }
}
