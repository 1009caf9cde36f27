package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("installed-tools")
class KafkaJsIT {
    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    @Test
    void applicationOnKafkaJsWorksUnchanged() {
        var arguments = List.of(BROKER.bootstrap(), BROKER.freshName("js"), BROKER.freshName("js-group"));
        var command = ThirdParty.kafkaJs("application.js", arguments);

        assertThat(ChildProcess.run(command, "", Duration.ofSeconds(90))).endsWith("done");
    }
}
