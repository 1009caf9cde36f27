package io.millrace.broker.controller.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.message.cluster.UnregisterBroker;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Brokers 1 to 4, of which 1, 2 and 3 hold the partition. */
class BrokerRemovalTest {
    private final TestPartition partition = new TestPartition(2, 1, 2, 3);

    private UnregisterBroker.Response unregister(int id) {
        var decision = BrokerRemoval.decide(partition.context, new UnregisterBroker.Request(id));
        partition.apply(decision.records());
        return decision.response();
    }

    @Test
    void brokerThatWasStoppedAndHoldsNothingIsForgottenWithItsConfigs() {
        var own = ConfigResource.broker(4);
        partition.apply(List.of(new MetadataRecord.ConfigChanged(own.type().code(), own.name(),
                "background.threads", "3")));
        partition.leave(4);
        assertThat(unregister(4).errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(partition.context.image().configs(own)).isEmpty();
        assertThat(unregister(4).errorCode()).as("again").isEqualTo(ErrorCode.NONE);
    }

    @Test
    void brokerThatLivesOrIsStillNeededOrNeverWasIsNot() {
        assertThat(unregister(4).errorMessage()).contains("stop it first");
        partition.leave(3);
        assertThat(unregister(3).errorMessage()).contains("1 partitions");
        assertThat(unregister(9).errorCode()).isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED);
    }

    @Test
    void reportOfAnEarlierRegistrationIsRefused() {
        long before = partition.epochOf(2);
        partition.registerAgain(2);
        var report = new ReportUnreachable.Request(2, before, 3, partition.epochOf(3));
        assertThat(BrokerChange.decide(partition.context, report).response().errorCode())
                .isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }
}
