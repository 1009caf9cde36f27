package io.millrace.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettleQueueTest {
    private final List<Append> done = new ArrayList<>();
    private long offset;
    private ErrorCode verdict = ErrorCode.NONE;
    private final SettleQueue queue = new SettleQueue(() -> offset, () -> verdict);

    private Append add(long lastOffset, int timeoutMs) {
        var append = new Append(Unpooled.EMPTY_BUFFER, true, timeoutMs, done::add);
        append.placeAt(lastOffset, lastOffset, Append.NONE, 0);
        append.park(0);
        queue.add(append);
        return append;
    }

    @Test
    void acknowledgesInOrderWhatTheOffsetHasPassed() {
        offset = 1;
        var first = add(0, 10);
        var second = add(1, 10);
        var third = add(2, 10);
        assertThat(done).containsExactly(first);
        offset = 3;
        queue.settle();
        assertThat(done).containsExactly(first, second, third).allMatch(one -> one.error() == ErrorCode.NONE);
    }

    @Test
    void saysWhenTheBatchIsThereButTooFewReplicasAreInSync() {
        var append = add(0, 10);
        verdict = ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND;
        offset = 1;
        queue.settle();
        assertThat(append.error()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND);
    }

    @Test
    void turnsAwayWhoIsDueAndTellsWhenTheNextOneIs() {
        add(0, 10);
        var second = add(1, 2);
        assertThat(queue.expire(2_000_000)).isEqualTo(8_000_000);
        assertThat(done).containsExactly(second).allMatch(one -> one.error() == ErrorCode.REQUEST_TIMED_OUT);
        assertThat(queue.expire(10_000_000)).isEqualTo(SettleQueue.NEVER_NS);
        assertThat(done).hasSize(2);
    }
}
