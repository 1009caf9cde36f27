package io.millrace.consumer.handling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consumer.position.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyLanesTest {
    private final List<Integer> started = new ArrayList<>();
    private final KeyLanes<Integer> lanes = new KeyLanes<>(started::add);

    @Test
    void workOfOneKeyWaitsForEachOtherAndOtherWorkDoesNot() {
        lanes.add("a", 1);
        lanes.add("a", 2);
        lanes.add("b", 3);
        assertThat(started).containsExactly(1, 3);
        lanes.finish("a", 1);
        assertThat(started).containsExactly(1, 3, 2);
        lanes.finish("a", 2);
        lanes.finish("b", 3);
        assertThat(lanes.size()).isZero();
    }

    @Test
    void droppedWorkIsNotStartedByWhatWasUnderWay() {
        lanes.add("a", 1);
        lanes.add("a", 2);
        lanes.drop();
        lanes.add("a", 3);
        lanes.finish("a", 1);
        assertThat(started).containsExactly(1, 3);
        assertThat(lanes.size()).isOne();
    }

    @Test
    void keysAreEqualByContentAndWorkWithoutKeyIsAlone() {
        var bytes = "key".getBytes(StandardCharsets.UTF_8);
        assertThat(KeyLanes.laneOf(0, bytes, 1)).isEqualTo(KeyLanes.laneOf(0, bytes.clone(), 2))
                .isNotEqualTo(KeyLanes.laneOf(1, bytes, 1));
        assertThat(KeyLanes.laneOf(0, null, 1)).isNotEqualTo(KeyLanes.laneOf(0, null, 2));
    }

    @Test
    void positionIsBeforeTheFirstThatIsNotFinished() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var offsets = new CompletedOffsets(Position.at(0));
            var open = new HashMap<Long, CompletedOffsets.Handled>();
            long offset = 0;
            for (int step = 0; step < 200; step++) {
                if (random.nextBoolean()) {
                    open.put(offset, offsets.begin(offset, 1));
                    offset += 1;
                } else if (!open.isEmpty()) {
                    var any = List.copyOf(open.keySet()).get(random.nextInt(open.size()));
                    offsets.finish(open.remove(any));
                }
                long expected = open.keySet().stream().mapToLong(Long::longValue).min().orElse(offset);
                assertThat(offsets.position().offset()).as("seed %d", seed).isEqualTo(expected);
                assertThat(offsets.isDone()).isEqualTo(open.isEmpty());
            }
        }
    }
}
