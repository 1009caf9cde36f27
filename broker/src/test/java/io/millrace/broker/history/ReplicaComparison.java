package io.millrace.broker.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares all replicas of all partitions of a cluster that is at rest, batch by batch and byte by byte, in the data
 * folders of its brokers. Used by one thread.
 */
public final class ReplicaComparison {
    private final Map<Integer, Path> dataFolders;
    private final List<String> differences = new ArrayList<>();
    private long batches;

    private ReplicaComparison(Map<Integer, Path> dataFolders) {
        this.dataFolders = new TreeMap<>(dataFolders);
    }

    public static ReplicaComparison of(Map<Integer, Path> dataFolders) {
        var comparison = new ReplicaComparison(dataFolders);
        comparison.partitions().forEach(comparison::compare);
        return comparison;
    }

    /** One line each; empty if the replicas are the same. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** How many batches all replicas together hold. */
    public long batches() {
        return batches;
    }

    private Set<String> partitions() {
        var names = new TreeSet<String>();
        for (var folder : dataFolders.values()) {
            try (var entries = Files.list(folder)) {
                entries.filter(Files::isDirectory).map(entry -> entry.getFileName().toString())
                        .filter(name -> name.matches(".+-\\d+")).forEach(names::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    private void compare(String partition) {
        var replicas = new TreeMap<Integer, List<StoredBatch>>();
        dataFolders.forEach((broker, folder) -> {
            if (Files.isDirectory(folder.resolve(partition))) {
                replicas.put(broker, StoredBatch.readFolder(folder.resolve(partition)));
            }
        });
        replicas.forEach((broker, held) -> checkAlone(partition + " of broker " + broker, held));
        var ends = replicas.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, replica -> end(replica.getValue())));
        if (new TreeSet<>(ends.values()).size() > 1) {
            differences.add(partition + " ends at " + ends);
        }
        var first = replicas.firstEntry();
        replicas.tailMap(first.getKey(), false).forEach(
                (broker, held) -> compare(partition, first.getKey(), first.getValue(), broker, held));
    }

    private void checkAlone(String replica, List<StoredBatch> held) {
        batches += held.size();
        long next = 0;
        for (var batch : held) {
            if (!batch.isIntact() || batch.baseOffset() < next) {
                differences.add(replica + " is damaged at " + batch);
                return;
            }
            next = batch.lastOffset() + 1;
        }
    }

    /** Retention may have taken more of one than of the other, so only what both could hold counts. */
    private void compare(String partition, int broker, List<StoredBatch> held, int otherBroker,
            List<StoredBatch> otherHeld) {
        long start = Math.max(start(held), start(otherHeld));
        long end = Math.min(end(held), end(otherHeld));
        var one = between(held, start, end);
        var other = between(otherHeld, start, end);
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            var batch = i < one.size() ? one.get(i) : null;
            var otherBatch = i < other.size() ? other.get(i) : null;
            if (batch == null || !batch.equals(otherBatch)) {
                differences.add("%s: broker %d has %s, broker %d has %s".formatted(partition, broker, batch,
                        otherBroker, otherBatch));
                return;
            }
        }
    }

    private static List<StoredBatch> between(List<StoredBatch> held, long start, long end) {
        return held.stream().filter(batch -> batch.lastOffset() >= start && batch.baseOffset() < end)
                .toList();
    }

    private static long start(List<StoredBatch> held) {
        return held.isEmpty() ? 0 : held.get(0).baseOffset();
    }

    private static long end(List<StoredBatch> held) {
        return held.isEmpty() ? 0 : held.get(held.size() - 1).lastOffset() + 1;
    }
}
