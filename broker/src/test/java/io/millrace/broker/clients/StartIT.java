package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartIT {
    @TempDir private Path folder;

    @Test
    void aBrokerThatIsToldToBeSecureDoesNotStart() throws Exception {
        var dataDir = folder.resolve("data");
        var run = start("log.dirs=" + dataDir, "listeners=SASL_SSL://127.0.0.1:0",
                "sasl.enabled.mechanisms=PLAIN", "listener.name.sasl_ssl.ssl.keystore.location=/none");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output().lines().filter(line -> line.startsWith("Not started"))).singleElement()
                .asString().contains("SASL_SSL://127.0.0.1:0 in listeners",
                        "listener.name.sasl_ssl.ssl.keystore.location", "sasl.enabled.mechanisms",
                        "serves PLAINTEXT only", "remove them");
        assertThat(Files.exists(dataDir)).as("nothing was touched").isFalse();
    }

    @Test
    void rehearsalEndsWithTheScriptThatAskedForIt() throws Exception {
        try (var jars = Files.newDirectoryStream(Checkout.distribution().resolve("lib"),
                "millrace-broker-*.jar")) {
            var rehearsal = ChildProcess.start(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dmillrace.rehearsal=true", "-jar", jars.iterator().next().toString(), "/dev/null",
                    "--override", "log.dirs=" + folder.resolve("data"),
                    "--override", "listeners=PLAINTEXT://127.0.0.1:0"));
            try {
                Deadline.in(BrokerProcess.START_LIMIT).await("the rehearsal to be over",
                        () -> rehearsal.output().contains("Millrace "));
                assertThat(rehearsal.isAlive()).isTrue();
                rehearsal.endInput();
                assertThat(rehearsal.awaitExit(BrokerProcess.START_LIMIT)).isTrue();
            } finally {
                rehearsal.kill();
            }
        }
    }

    private static ChildProcess.Run start(String... overrides) {
        var command = new ArrayList<String>();
        command.add(Checkout.distribution().resolve("bin/millrace-server-start.sh").toString());
        for (var override : overrides) {
            command.addAll(List.of("--override", override));
        }
        return ChildProcess.attempt(command, "", BrokerProcess.START_LIMIT);
    }
}
