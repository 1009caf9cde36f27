package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ProducerIdBlock;
import io.millrace.broker.partition.IsrProposals.Member;
import io.millrace.broker.partition.IsrProposals.Outcome;
import io.millrace.broker.partition.IsrProposals.Proposal;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IsrRequestsTest {
    private static final Uuid ORDERS = Uuid.random();
    private static final Uuid EVENTS = Uuid.random();

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final SlowController controller = new SlowController();
    private final IsrRequests requests = new IsrRequests(controller, 1, () -> 11, tasks::add);

    /** Keeps requests until the test answers them. */
    private static final class SlowController implements Controller {
        private final List<AlterPartition.Request> asked = new ArrayList<>();
        private CompletableFuture<ApiMessage> answer;

        @Override
        @SuppressWarnings("unchecked") // only one type of request is asked here
        public <R extends ApiMessage> CompletableFuture<R> ask(ApiRequest<R> request) {
            asked.add((AlterPartition.Request) request);
            answer = new CompletableFuture<>();
            return (CompletableFuture<R>) answer;
        }

        @Override
        public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Map<String, ErrorCode>> autoCreate(Collection<String> names) {
            throw new UnsupportedOperationException();
        }
    }

    private CompletableFuture<Outcome> propose(Uuid topicId, int index) {
        return requests.propose(new Proposal(topicId, index, 5, 7, List.of(new Member(1, 11))));
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    private static AlterPartition.Response.PartitionData result(int index, ErrorCode error) {
        return new AlterPartition.Response.PartitionData(index, error, 1, 5, List.of(1), (byte) 0, 8);
    }

    private void answer(ErrorCode error, AlterPartition.Response.TopicData... topics) {
        controller.answer.complete(new AlterPartition.Response(0, error, List.of(topics)));
        run();
    }

    @Test
    void whatIsProposedWhileARequestIsUnderWayIsInTheNextOne() {
        propose(ORDERS, 0);
        propose(ORDERS, 1);
        propose(EVENTS, 0);
        run();
        propose(EVENTS, 1);
        propose(ORDERS, 2);
        run();
        assertThat(controller.asked).hasSize(1);
        assertThat(controller.asked.get(0).topics()).hasSize(2);
        answer(ErrorCode.NONE);
        assertThat(controller.asked).hasSize(2);
        assertThat(controller.asked.get(1).topics()).hasSize(2);
    }

    @Test
    void everyPartitionGetsItsOwnOutcome() {
        var accepted = propose(ORDERS, 0);
        var refused = propose(ORDERS, 1);
        var old = propose(EVENTS, 0);
        var forgotten = propose(EVENTS, 1);
        run();
        answer(ErrorCode.NONE,
                new AlterPartition.Response.TopicData(EVENTS,
                        List.of(result(0, ErrorCode.INVALID_UPDATE_VERSION))),
                new AlterPartition.Response.TopicData(ORDERS, List
                        .of(result(1, ErrorCode.INELIGIBLE_REPLICA), result(0, ErrorCode.NONE))));
        assertThat(accepted).isCompletedWithValue(Outcome.ACCEPTED);
        assertThat(refused).isCompletedWithValue(Outcome.REFUSED);
        assertThat(old).isCompletedWithValue(Outcome.UNDECIDED);
        assertThat(forgotten).isCompletedWithValue(Outcome.UNDECIDED);
    }

    @Test
    void anAnswerThatNobodyKnowsTheMeaningOfDecidesNothing() {
        var timedOut = propose(ORDERS, 0);
        run();
        answer(ErrorCode.REQUEST_TIMED_OUT);
        var failed = propose(ORDERS, 0);
        run();
        controller.answer.completeExceptionally(new IllegalStateException("lost"));
        run();
        assertThat(timedOut).isCompletedWithValue(Outcome.UNDECIDED);
        assertThat(failed).isCompletedWithValue(Outcome.UNDECIDED);
    }
}
