package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.partition.fetcher.SendPace;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.ForgottenTopic;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker 1 follows all partitions of broker 0, in one session. */
class FollowerSessionTest {
    private static final int VERSION = 18;
    private static final int PARTITIONS = 3;
    private static final int LONG_MS = 600_000;
    private static final int EPOCH = 5;

    @TempDir Path folder;
    private TestCluster cluster;
    private FetchHandler handler;
    private final AtomicBoolean withholdsFirst = new AtomicBoolean();
    private final AtomicInteger sentBytes = new AtomicInteger();
    private int sessionId;
    private int nextEpoch;
    private String topic = "orders";

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        cluster.createTopic("orders", PARTITIONS, TestCluster.OWN_ID, Map.of());
        handler = TestFetcher.handler(cluster, "", new Pace());
    }

    @AfterEach
    void stop() throws IOException {
        cluster.close();
    }

    /** Holds partition 0 back when it is told to. */
    private final class Pace implements SendPace {
        @Override
        public boolean withholds(String of, int index, int replicaId) {
            return index == 0 && withholdsFirst.get();
        }

        @Override
        public void sent(String of, int index, int replicaId, int bytes) {
            sentBytes.addAndGet(bytes);
        }
    }

    /** Where to go on in one partition. */
    private record At(int partition, long offset, long highWatermark) {}

    private CompletableFuture<ByteBuf> send(int maxWaitMs, List<Integer> forgotten, At... named) {
        var body = Unpooled.buffer();
        var writer = new FetchRequestWriter();
        writer.begin(body, VERSION, new FetchParameters(TestCluster.OTHER_ID, 2, maxWaitMs, 1, 1 << 20,
                (byte) 0, sessionId, nextEpoch, "", null), named.length);
        var topicId = cluster.image().topic(topic).id();
        for (var at : named) {
            writer.topic(null, topicId, 1);
            writer.partition(new FetchRequestWriter.Position(at.partition, EPOCH, at.offset, 1 << 20, -1, 0,
                    at.highWatermark));
        }
        writer.end(forgotten.stream()
                .map(partition -> new ForgottenTopic(null, topicId, new int[] {partition})).toList());
        nextEpoch++;
        return cluster.send(handler, ApiKey.FETCH, VERSION, body);
    }

    private List<FetchedPartition> receive(CompletableFuture<ByteBuf> answer) {
        var response = FetchResponse.read(TestCluster.await(answer), VERSION);
        assertThat(response.head().errorCode()).isEqualTo(ErrorCode.NONE);
        sessionId = response.head().sessionId();
        var partitions = new ArrayList<FetchedPartition>();
        response.topics().forEach(topic -> partitions.addAll(topic.partitions()));
        return partitions;
    }

    private void open() {
        receive(send(0, List.of(), new At(0, 0, 0), new At(1, 0, 0), new At(2, 0, 0)));
        assertThat(receive(send(0, List.of()))).isEmpty();
    }

    @Test
    void anAppendWakesAFetchThatNamesNothingAndOnlyItsPartitionIsAnswered() {
        open();
        var waiting = send(LONG_MS, List.of());
        cluster.append("orders", 1_000, 2_000);
        var answered = receive(waiting);
        assertThat(answered).extracting(FetchedPartition::partition).containsExactly(0);
        assertThat(answered.get(0).records().isReadable()).isTrue();
    }

    @Test
    void recordsComeAgainUntilTheFollowerSaysThatItHasThem() {
        open();
        cluster.append("orders", 1_000);
        assertThat(receive(send(LONG_MS, List.of()))).hasSize(1);
        assertThat(receive(send(LONG_MS, List.of()))).hasSize(1);
        assertThat(receive(send(0, List.of(), new At(0, 1, 1)))).isEmpty();
        cluster.append("orders", 2_000);
        assertThat(receive(send(LONG_MS, List.of()))).hasSize(1);
    }

    @Test
    void theNextFetchOfASessionEndsTheWaitOfTheOneBeforeIt() {
        open();
        var first = send(LONG_MS, List.of());
        var second = send(LONG_MS, List.of(), new At(1, 0, 0));
        assertThat(receive(first)).isEmpty();
        assertThat(second).isNotDone();
        cluster.append("orders", 1_000);
        assertThat(receive(second)).extracting(FetchedPartition::partition).containsExactly(0);
    }

    @Test
    void aHighWatermarkThatMovesReachesAFollowerWithoutRecordsToTravelWith() {
        open();
        cluster.append("orders", 1_000);
        assertThat(receive(send(LONG_MS, List.of()))).hasSize(1);
        var waiting = send(LONG_MS, List.of(), new At(0, 1, 0));
        var news = receive(waiting);
        assertThat(news).extracting(FetchedPartition::highWatermark).containsExactly(1L);
        assertThat(news.get(0).records().isReadable()).isFalse();
    }

    @Test
    void aForgottenPartitionIsNotAnsweredUntilItIsNamedAgain() {
        open();
        assertThat(receive(send(0, List.of(0)))).isEmpty();
        cluster.append("orders", 1_000);
        assertThat(receive(send(0, List.of()))).isEmpty();
        assertThat(receive(send(LONG_MS, List.of(), new At(0, 0, 0)))).hasSize(1);
    }

    @Test
    void aFollowerThatAsksBeforeThereIsALeaderIsKnownToTheLeaderAfterwards() {
        var opening = cluster.holdOpening();
        cluster.announceTopic("late", 1, TestCluster.OWN_ID, Map.of());
        topic = "late";
        receive(send(0, List.of(), new At(0, 0, 0)));
        var waiting = send(LONG_MS, List.of());
        opening.complete(null);
        cluster.append("late", 1_000);
        assertThat(receive(waiting)).hasSize(1);
        assertThat(cluster.partition("late", 0).highWatermark()).as("the follower lacks the record").isZero();
        var next = send(LONG_MS, List.of(), new At(0, 1, 0));
        assertThat(receive(next)).extracting(FetchedPartition::highWatermark).containsExactly(1L);
    }

    @Test
    void recordsThatAThrottleWithholdsComeWhenItEndsAndNotBefore() {
        open();
        withholdsFirst.set(true);
        cluster.append("orders", 1_000);
        assertThat(receive(send(300, List.of()))).isEmpty();
        assertThat(sentBytes).hasValue(0);
        var waiting = send(LONG_MS, List.of());
        withholdsFirst.set(false);
        var answered = receive(waiting);
        assertThat(answered).extracting(FetchedPartition::partition).containsExactly(0);
        assertThat(sentBytes).hasValue(answered.get(0).records().readableBytes());
    }

    @Test
    void aTopicThatIsDeletedEndsTheWait() {
        open();
        var waiting = send(LONG_MS, List.of());
        cluster.onLoop(() -> cluster.deleteTopic("orders"));
        assertThat(receive(waiting)).extracting(FetchedPartition::errorCode)
                .contains(ErrorCode.UNKNOWN_TOPIC_ID);
    }

    @Test
    void aStartOfTheLogThatMovesReachesTheFollower() {
        open();
        cluster.append("orders", 1_000, 2_000);
        receive(send(LONG_MS, List.of()));
        assertThat(receive(send(0, List.of(), new At(0, 2, 2)))).isEmpty();
        var waiting = send(LONG_MS, List.of());
        cluster.onLoop(() -> cluster.partition("orders", 0).log().advanceLogStart(1));
        assertThat(receive(waiting)).extracting(FetchedPartition::logStartOffset).containsExactly(1L);
    }
}
