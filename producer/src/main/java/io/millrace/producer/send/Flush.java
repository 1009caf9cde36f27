package io.millrace.producer.send;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Waits until all batches that there are now are done with. Owned by the producer's thread. */
final class Flush {
    private final Map<PartitionSender, Long> open = new HashMap<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Flush(Collection<PartitionSender> senders) {
        for (var sender : senders) {
            if (!sender.isDone(sender.announcedCount())) {
                open.put(sender, sender.announcedCount());
            }
        }
        completeIfDone();
    }

    CompletableFuture<Void> done() {
        return done;
    }

    void check(PartitionSender sender) {
        var count = open.get(sender);
        if (count != null && sender.isDone(count)) {
            open.remove(sender);
            completeIfDone();
        }
    }

    private void completeIfDone() {
        if (open.isEmpty()) {
            done.complete(null);
        }
    }
}
