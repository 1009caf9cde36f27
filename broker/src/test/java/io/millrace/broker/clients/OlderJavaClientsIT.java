package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OlderJavaClientsIT {
    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(strings = {"kafka-clients-2.0.1", "kafka-clients-0.11.0.3"})
    void applicationOnAnOlderReleaseWorksUnchanged(String client) {
        var arguments = List.of(BROKER.bootstrap(), BROKER.freshName("older"),
                BROKER.freshName("older-group"));
        var command = ThirdParty.javaSource(client, "JavaClientBefore4.java", arguments);

        assertThat(ChildProcess.run(command, "", Duration.ofSeconds(90))).endsWith("done");
    }
}
