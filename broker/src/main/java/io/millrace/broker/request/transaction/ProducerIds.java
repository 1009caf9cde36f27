package io.millrace.broker.request.transaction;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ProducerIdBlock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * This broker's current block of producer ids. Owned by one executor; asks for the next block when the
 * current one is used up, and callers meanwhile wait in line.
 */
public final class ProducerIds {
    private final Executor owner;
    private final Controller controller;
    private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long nextId;
    private long endId;
    private boolean isAsking;

    public ProducerIds(Executor owner, Controller controller) {
        this.owner = owner;
        this.controller = controller;
    }

    /** An id that no other producer of the cluster has or will have. Any thread. */
    public CompletableFuture<Long> next() {
        var answer = new CompletableFuture<Long>();
        owner.execute(() -> {
            waiting.add(answer);
            serve();
        });
        return answer;
    }

    private void serve() {
        while (!waiting.isEmpty() && nextId < endId) {
            waiting.poll().complete(nextId++);
        }
        if (!waiting.isEmpty() && !isAsking) {
            isAsking = true;
            controller.allocateProducerIds()
                    .whenComplete((block, failure) -> owner.execute(() -> take(block, failure)));
        }
    }

    private void take(ProducerIdBlock block, Throwable failure) {
        isAsking = false;
        if (failure != null) {
            waiting.forEach(answer -> answer.completeExceptionally(failure));
            waiting.clear();
            return;
        }
        nextId = block.firstId();
        endId = block.firstId() + block.count();
        serve();
    }
}
