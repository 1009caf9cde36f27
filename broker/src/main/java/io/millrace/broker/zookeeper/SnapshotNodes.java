package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.broker.metadata.ControllerTerm;
import io.millrace.broker.metadata.MetadataBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;

/**
 * Writes, finds, reads and deletes snapshots of the cluster's state. A snapshot counts from when the head names it,
 * which only the current term can make it do; others are leftovers. Stateless.
 */
final class SnapshotNodes {
    private final ZooKeeperSession session;
    private final Znodes znodes;

    SnapshotNodes(ZooKeeperSession session) {
        this.session = session;
        znodes = session.znodes();
    }

    /** The head's content; version 0 stands for no snapshot. */
    record Head(String folder, int chunks) {
        static final Head NONE = new Head("0-0", 0);

        static Head parse(byte[] data) {
            var words = new String(data, US_ASCII).split(" ");
            return words.length == 2 ? new Head(words[0], Integer.parseInt(words[1])) : NONE;
        }

        byte[] encode() {
            return (folder + " " + chunks).getBytes(US_ASCII);
        }

        long version() {
            return Long.parseLong(folder.substring(0, folder.indexOf('-')));
        }
    }

    CompletableFuture<Head> readHead() {
        return session.requests().read(znodes.head()).thenApply(node -> Head.parse(node.data()));
    }

    /** Fails with NONODE if a newer snapshot has replaced this one meanwhile. */
    CompletableFuture<List<MetadataBatch>> read(Head head) {
        var reads = new ArrayList<CompletableFuture<MetadataBatch>>();
        for (int i = 0; i < head.chunks; i++) {
            reads.add(session.requests().read(chunk(head.folder, i))
                    .thenApply(node -> MetadataBatch.decode(node.data())));
        }
        return all(reads).thenApply(done -> reads.stream().map(CompletableFuture::join).toList());
    }

    CompletableFuture<Void> write(ControllerTerm term, long version, List<MetadataBatch> chunks,
            long trimTo) {
        var head = new Head(version + "-" + term.epoch(), chunks.size());
        var created = new ArrayList<CompletableFuture<?>>();
        created.add(session.requests().create(folder(head.folder), new byte[0], CreateMode.PERSISTENT));
        for (int i = 0; i < chunks.size(); i++) {
            created.add(session.requests().create(chunk(head.folder, i), chunks.get(i).encode(),
                    CreateMode.PERSISTENT));
        }
        return all(created)
                .thenCompose(done -> session.requests().multi(List.of(
                        Op.check(znodes.controllerEpoch(), term.fencingVersion()),
                        Op.setData(znodes.head(), head.encode(), -1))))
                .thenCompose(done -> trim(head, Math.min(trimTo, version)));
    }

    private CompletableFuture<Void> trim(Head head, long newestTrimmed) {
        var entries = session.requests().children(znodes.log()).thenCompose(names -> all(names.stream()
                .filter(name -> Long.parseLong(name) <= newestTrimmed)
                .map(name -> session.requests().delete(znodes.log() + "/" + name, -1)).toList()));
        var folders = session.requests().children(znodes.snapshots()).thenCompose(names -> all(names.stream()
                .filter(name -> !name.equals(head.folder))
                .map(this::delete).toList()));
        return all(List.of(entries, folders));
    }

    private CompletableFuture<Void> delete(String folder) {
        return session.requests().children(folder(folder))
                .thenCompose(chunks -> all(chunks.stream()
                        .map(name -> session.requests().delete(folder(folder) + "/" + name, -1)).toList()))
                .thenCompose(done -> session.requests().delete(folder(folder), -1));
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    private String folder(String name) {
        return znodes.snapshots() + "/" + name;
    }

    private String chunk(String folder, int index) {
        return folder(folder) + "/" + index;
    }
}
