package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataLog;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * The metadata log as ZooKeeper nodes. An append and the check of the fencing token are one step. When its answer is
 * lost it is sent again; if that is refused, the entry that stands there names its writer. Stateless but for the tail.
 */
final class ZooKeeperMetadataLog implements MetadataLog {
    private final ZooKeeperSession session;
    private final SnapshotNodes snapshots;
    private final LogTail tail;

    /** The follower is called on its own executor, a single thread. */
    ZooKeeperMetadataLog(ZooKeeperSession session, Executor follower) {
        this.session = session;
        snapshots = new SnapshotNodes(session);
        tail = new LogTail(session, snapshots, follower);
    }

    @Override
    public CompletableFuture<Void> append(ControllerTerm term, long sequence, MetadataBatch batch) {
        var append = new Append(term, sequence, batch.encode(), new CompletableFuture<>());
        send(append);
        return append.done;
    }

    private record Append(ControllerTerm term, long sequence, byte[] data, CompletableFuture<Void> done) {}

    private void send(Append append) {
        var path = session.znodes().logEntry(append.sequence);
        session.requests().multi(List.of(
                Op.check(session.znodes().controllerEpoch(), append.term.fencingVersion()),
                Op.create(path, append.data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)))
                .whenComplete((results, failure) -> {
                    if (failure == null) {
                        append.done.complete(null);
                        return;
                    }
                    var code = ZooKeeperException.codeOf(failure);
                    if (ZooKeeperException.isUnknown(code)) {
                        session.onceConnected(() -> send(append));
                    } else if (code == Code.NODEEXISTS || code == Code.BADVERSION) {
                        readBack(append);
                    } else {
                        append.done.completeExceptionally(failure);
                    }
                });
    }

    /** Refused: an earlier attempt may have succeeded all the same. A term writes each entry once. */
    private void readBack(Append append) {
        var path = session.znodes().logEntry(append.sequence);
        session.requests().sync(path);
        session.requests().read(path).whenComplete((node, failure) -> {
            var code = failure == null ? Code.OK : ZooKeeperException.codeOf(failure);
            if (ZooKeeperException.isUnknown(code)) {
                session.onceConnected(() -> readBack(append));
            } else if (code == Code.OK
                    && MetadataBatch.decode(node.data()).controllerEpoch() == append.term.epoch()) {
                append.done.complete(null);
            } else if (code == Code.OK || code == Code.NONODE) {
                append.done.completeExceptionally(new ApiException(ErrorCode.NOT_CONTROLLER,
                        "Another broker has become the controller; ask it"));
            } else {
                append.done.completeExceptionally(failure);
            }
        });
    }

    @Override
    public CompletableFuture<Extent> extent() {
        session.requests().sync(session.znodes().log());
        var names = session.requests().children(session.znodes().log());
        var head = snapshots.readHead();
        return names.thenCombine(head, (entries, newest) -> new Extent(
                Math.max(newest.version(), entries.stream().mapToLong(Long::parseLong).max().orElse(0)),
                newest.version()));
    }

    @Override
    public CompletableFuture<Void> writeSnapshot(ControllerTerm term, long version,
            List<MetadataBatch> chunks, long trimTo) {
        return snapshots.write(term, version, chunks, trimTo);
    }

    @Override
    public void follow(Reader reader) {
        tail.follow(reader);
    }
}
