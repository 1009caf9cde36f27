package io.millrace.broker.request.data;

import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.ResponseFrame;
import io.millrace.protocol.data.ProduceResponseWriter;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Collects the outcome of each partition of one Produce request, from whichever thread has it; the last one
 * sends the answer. Slots are numbered in the order of the request.
 */
final class ProduceAnswer {
    private static final int FIRST_CAPACITY = 128;

    private record Topic(String name, Uuid id, int partitionCount) {}

    private final Exchange exchange;
    private final short acks;
    private final LeaderHints hints;
    private final List<Topic> topics = new ArrayList<>(1);
    private final ProducedPartition[] outcomes;
    private final AtomicInteger open;
    private int slots;

    ProduceAnswer(Exchange exchange, short acks, int partitionCount, LeaderHints hints) {
        this.exchange = exchange;
        this.acks = acks;
        this.hints = hints;
        this.outcomes = new ProducedPartition[partitionCount];
        this.open = new AtomicInteger(partitionCount + 1);
    }

    void topic(String name, Uuid id, int partitionCount) {
        topics.add(new Topic(name, id, partitionCount));
    }

    /** The next slot; the walk over the request calls this once a partition. */
    int slot(int partition) {
        return slots++;
    }

    /** Puts an outcome into its slot. Any thread. */
    void settle(int slot, ProducedPartition outcome) {
        outcomes[slot] = outcome;
        countDown();
    }

    /** The request has been walked whole; without partitions this sends the answer. */
    void walked() {
        countDown();
    }

    private void countDown() {
        if (open.decrementAndGet() > 0) {
            return;
        }
        if (acks == 0) {
            finishSilently();
        } else {
            send();
        }
    }

    /** A producer that asked for no answer learns of an error by losing its connection. */
    private void finishSilently() {
        for (var outcome : outcomes) {
            if (outcome.errorCode() != ErrorCode.NONE) {
                exchange.close("Produce with acks=0 failed with " + outcome.errorCode());
                return;
            }
        }
        exchange.respondNothing();
    }

    private void send() {
        var out = exchange.allocator().directBuffer(FIRST_CAPACITY);
        ResponseFrame.begin(exchange, out);
        var writer = new ProduceResponseWriter();
        writer.begin(out, exchange.version(), topics.size());
        int next = 0;
        for (var topic : topics) {
            writer.topic(topic.name, topic.id, topic.partitionCount);
            for (int i = 0; i < topic.partitionCount; i++) {
                writer.partition(outcomes[next++]);
            }
        }
        writer.end(0, hints.endpoints(outcomes, exchange.connection()));
        ResponseFrame.end(out);
        exchange.respond(out);
    }
}
