package io.millrace.protocol.data;

import io.millrace.protocol.Fuzz;
import io.millrace.protocol.codec.KafkaSchemas;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBufUtil;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;

class DataFuzzTest {
    private final ProduceRequestCursor produce = new ProduceRequestCursor();
    private final FetchRequestCursor fetch = new FetchRequestCursor();

    @Test
    void aProduceRequestIsRefusedWholeOrWalkedToItsEnd() {
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var sound = ByteBufUtil.getBytes(
                    KafkaData.write(ProduceOracleTest.randomRequest(version, random), version));
            if (random.nextInt(10) == 0) {
                Fuzz.truncate(sound, frame -> produce.wrap(frame, version));
            }
            Fuzz.damage(sound, random, frame -> {
                produce.wrap(frame, version);
                while (produce.nextTopic()) {
                    while (produce.nextPartition()) {
                        produce.records();
                    }
                }
            });
        });
    }

    @Test
    void aResponseIsRefusedWholeOrRead() {
        Rounds.eachVersion(ApiKey.PRODUCE, (version, random) -> {
            var sound = new KafkaSchemas(random).next(ProduceResponseData.class, version);
            Fuzz.damage(sound, random, frame -> ProduceResponse.read(frame, version));
        });
        Rounds.eachVersion(ApiKey.FETCH, (version, random) -> {
            var sound = new KafkaSchemas(random).next(FetchResponseData.class, version);
            Fuzz.damage(sound, random, frame -> FetchResponse.read(frame, version));
        });
    }

    @Test
    void aFetchRequestIsRefusedWholeOrWalkedToItsEnd() {
        Rounds.eachVersion(ApiKey.FETCH, (version, random) -> {
            var sound = ByteBufUtil.getBytes(
                    KafkaData.write(FetchOracleTest.randomRequest(version, random), version));
            if (random.nextInt(10) == 0) {
                Fuzz.truncate(sound, frame -> fetch.wrap(frame, version));
            }
            Fuzz.damage(sound, random, frame -> {
                fetch.wrap(frame, version);
                while (fetch.nextTopic()) {
                    while (fetch.nextPartition()) {
                        fetch.fetchOffset();
                    }
                }
            });
        });
    }
}
