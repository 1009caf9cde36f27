package io.millrace.broker.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {
    private static final int LIMIT_BYTES = 1000;

    private final RequestMemory memory = new RequestMemory(LIMIT_BYTES);
    private final List<String> granted = new ArrayList<>();

    private RequestMemory.Claim claim(String name, long bytes) {
        return memory.claim(bytes, () -> granted.add(name));
    }

    @Test
    void claimsThatDoNotFitAreGrantedInOrderAsRoomComes() {
        var first = claim("first", 800);
        var second = claim("second", 500);
        var third = claim("third", 100);
        assertThat(first.isGranted()).isTrue();
        assertThat(second.isGranted()).isFalse();
        assertThat(third.isGranted()).as("nobody overtakes").isFalse();
        assertThat(memory.isShort()).isTrue();

        first.fulfil();
        assertThat(granted).as("a whole frame is still held").isEmpty();
        memory.give(800);
        assertThat(granted).containsExactly("second", "third");
        assertThat(memory.isShort()).isFalse();
        assertThat(memory.heldBytes()).isEqualTo(600);
    }

    @Test
    void aFrameLargerThanTheLimitGetsInWhenLittleElseIsHeld() {
        memory.take(300);
        var large = claim("large", 5000);
        assertThat(large.isGranted()).isFalse();
        memory.give(200);
        assertThat(granted).containsExactly("large");
        assertThat(claim("next", 10).isGranted()).isFalse();
        large.cancel();
        assertThat(granted).containsExactly("large", "next");
    }

    @Test
    void whoGoesAwayMakesRoomForTheNext() {
        var holder = claim("holder", 900);
        var waiting = claim("waiting", 900);
        claim("next", 90);
        waiting.cancel();
        assertThat(granted).containsExactly("next");
        holder.cancel();
        assertThat(memory.heldBytes()).isEqualTo(90);
    }

    @Test
    void manyThreadsNeitherLoseRoomNorWaitForEver() throws Exception {
        long seed = System.nanoTime();
        var most = new AtomicLong();
        var done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            var random = new Random(seed + t);
            new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    hold(random, most);
                }
                done.countDown();
            }).start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
        assertThat(memory.heldBytes()).as("seed %d", seed).isZero();
        assertThat(most.get()).as("seed %d", seed).isLessThanOrEqualTo(LIMIT_BYTES);
    }

    private void hold(Random random, AtomicLong most) {
        int bytes = 1 + random.nextInt(LIMIT_BYTES * 3 / 4);
        var turn = new Semaphore(0);
        var claim = memory.claim(bytes, turn::release);
        if (random.nextInt(8) == 0) {
            claim.cancel();
            return;
        }
        if (!claim.isGranted()) {
            turn.acquireUninterruptibly();
        }
        most.accumulateAndGet(memory.heldBytes(), Math::max);
        claim.fulfil();
        memory.give(bytes);
    }
}
