package io.millrace.protocol.message.topic;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** A leader asks the controller for another ISR (KIP-497, KIP-903). Recovery state 1: elected uncleanly, not ready yet. */
@Api(ApiKey.ALTER_PARTITION)
public interface AlterPartition {

    record Request(
            int brokerId,
            @Default("-1") long brokerEpoch,
            List<TopicData> topics) implements ApiRequest<Response> {

        public record TopicData(
                @Ignorable Uuid topicId,
                List<PartitionData> partitions) {}

        public record PartitionData(
                int partitionIndex,
                int leaderEpoch,
                @Until(2) List<Integer> newIsr,
                @Since(3) List<BrokerState> newIsrWithEpochs,
                byte leaderRecoveryState,
                int partitionEpoch) {}

        public record BrokerState(
                int brokerId,
                @Default("-1") long brokerEpoch) {}
    }

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            List<TopicData> topics) implements ApiMessage {

        public record TopicData(
                @Ignorable Uuid topicId,
                List<PartitionData> partitions) {}

        public record PartitionData(
                int partitionIndex,
                ErrorCode errorCode,
                int leaderId,
                int leaderEpoch,
                List<Integer> isr,
                @Ignorable byte leaderRecoveryState,
                int partitionEpoch) {}
    }
}
