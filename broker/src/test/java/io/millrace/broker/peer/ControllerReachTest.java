package io.millrace.broker.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ControllerReachTest {
    private static final CompletableFuture<Void> SILENCE = new CompletableFuture<>();
    private static final CompletableFuture<Void> ANSWER = CompletableFuture.completedFuture(null);
    private static final CompletableFuture<Void> REFUSAL = CompletableFuture
            .failedFuture(new ConnectionFailure(Kind.REFUSED, "nobody listens"));
    private static final CompletableFuture<Void> NO_WAY = CompletableFuture
            .failedFuture(new ConnectionFailure(Kind.UNREACHABLE, "no answer in time"));

    private final Map<Integer, CompletableFuture<?>> signs = new HashMap<>();
    private final List<Integer> vacated = new ArrayList<>();
    private ClusterImage image = ClusterImage.empty("cluster");
    private final ControllerReach reach = new ControllerReach(1, () -> image,
            id -> signs.getOrDefault(id, ANSWER), vacated::add);

    private void cluster(int brokers) {
        for (int id = 1; id <= brokers; id++) {
            apply(new MetadataRecord.BrokerJoined(
                    new BrokerRegistration(id, 10 + id, new Uuid(id, id), List.of(), null, 1)));
        }
        controller(1, 1);
    }

    private void controller(int id, int epoch) {
        apply(new MetadataRecord.ControllerChanged(id, epoch));
    }

    private void apply(MetadataRecord record) {
        image = ImageBuilder.fold(image, List.of(record), image.version() + 1);
    }

    private void beat(int times) {
        for (int i = 0; i < times; i++) {
            reach.beat();
        }
    }

    @Test
    void controllerThatCannotReachMostBrokersLeavesItsSeatAfterTwoSilentBeats() {
        cluster(3);
        beat(5);
        signs.put(2, SILENCE);
        signs.put(3, NO_WAY);
        beat(2);
        assertThat(vacated).isEmpty();
        beat(1);
        assertThat(vacated).containsExactly(1);
    }

    @Test
    void controllerStaysWhileItReachesHalfOfThemItselfIncluded() {
        cluster(3);
        signs.put(2, SILENCE);
        beat(10);
        assertThat(vacated).isEmpty();
        apply(new MetadataRecord.BrokerLeft(3, 13));
        beat(10);
        assertThat(vacated).as("one of two").isEmpty();
    }

    @Test
    void refusedPortIsAnOpenWay() {
        cluster(3);
        signs.put(2, REFUSAL);
        signs.put(3, REFUSAL);
        beat(10);
        assertThat(vacated).isEmpty();
    }

    @Test
    void seatThatNobodyTookIsKeptUntilTheWayWasOpenOnce() {
        cluster(3);
        signs.put(2, SILENCE);
        signs.put(3, SILENCE);
        beat(10);
        controller(1, 2);
        beat(10);
        assertThat(vacated).containsExactly(1);
        signs.put(2, ANSWER);
        beat(2);
        signs.put(2, SILENCE);
        beat(10);
        assertThat(vacated).containsExactly(1, 2);
    }

    @Test
    void brokerThatIsNotTheControllerLeavesNothing() {
        cluster(3);
        signs.put(2, SILENCE);
        signs.put(3, SILENCE);
        controller(2, 2);
        beat(10);
        controller(1, 3);
        beat(2);
        assertThat(vacated).isEmpty();
        beat(1);
        assertThat(vacated).containsExactly(3);
    }
}
