package io.millrace.broker.zookeeper;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * ZooKeeper's requests as futures, sent in the order of the calls and answered in that order on its event thread. They
 * fail with {@link ZooKeeperException}; nothing is retried here. Safe to call from any thread.
 */
class ZooKeeperRequests {

    /** A node's content and its state. */
    record Node(byte[] data, Stat stat) {}

    private final Supplier<ZooKeeper> handle;

    ZooKeeperRequests(Supplier<ZooKeeper> handle) {
        this.handle = handle;
    }

    CompletableFuture<Node> read(String path) {
        var future = new CompletableFuture<Node>();
        handle.get().getData(path, false, (code, p, context, data, stat) -> complete(future, code, path,
                new Node(data == null ? new byte[0] : data, stat)), null);
        return future;
    }

    CompletableFuture<List<String>> children(String path) {
        var future = new CompletableFuture<List<String>>();
        handle.get().getChildren(path, false,
                (int code, String p, Object context, List<String> names) -> complete(future, code, path,
                        names),
                null);
        return future;
    }

    /** Whether the node exists; the watcher then hears of its creation, change or deletion, once. */
    CompletableFuture<Boolean> exists(String path, Watcher watcher) {
        var future = new CompletableFuture<Boolean>();
        handle.get().exists(path, watcher, (code, p, context, stat) -> {
            boolean isMissing = code == Code.NONODE.intValue();
            complete(future, isMissing ? Code.OK.intValue() : code, path, !isMissing);
        }, null);
        return future;
    }

    CompletableFuture<Stat> create(String path, byte[] data, CreateMode mode) {
        var future = new CompletableFuture<Stat>();
        handle.get().create(path, data, Ids.OPEN_ACL_UNSAFE, mode,
                (code, p, context, name, stat) -> complete(future, code, path, stat), null);
        return future;
    }

    /** Replaces the content of a node that exists. */
    CompletableFuture<Stat> write(String path, byte[] data) {
        var future = new CompletableFuture<Stat>();
        handle.get().setData(path, data, -1, (code, p, context, stat) -> complete(future, code, path, stat),
                null);
        return future;
    }

    /** Deletes the node if it still has this version; -1 for any. */
    CompletableFuture<Void> delete(String path, int version) {
        var future = new CompletableFuture<Void>();
        handle.get().delete(path, version, (code, p, context) -> complete(future, code, path, null), null);
        return future;
    }

    /** All of these or none; fails with the code of the first that is refused. */
    CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        var future = new CompletableFuture<List<OpResult>>();
        var path = ops.get(ops.size() - 1).getPath();
        handle.get().multi(ops, (code, p, context, results) -> complete(future, code, path, results), null);
        return future;
    }

    /** Later reads see everything that was committed before. */
    CompletableFuture<Void> sync(String path) {
        var future = new CompletableFuture<Void>();
        handle.get().sync(path, (code, p, context) -> complete(future, code, path, null), null);
        return future;
    }

    /** The watcher hears of every change at or below the path until the session ends. */
    CompletableFuture<Void> watchBelow(String path, Watcher watcher) {
        var future = new CompletableFuture<Void>();
        handle.get().addWatch(path, watcher, AddWatchMode.PERSISTENT_RECURSIVE,
                (code, p, context) -> complete(future, code, path, null), null);
        return future;
    }

    private static <T> void complete(CompletableFuture<T> future, int code, String path, T value) {
        if (code == Code.OK.intValue()) {
            future.complete(value);
        } else {
            future.completeExceptionally(new ZooKeeperException(code, path));
        }
    }
}
