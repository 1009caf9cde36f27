package io.millrace.broker.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with two data folders, on a machine that has been running since. */
class LastBootTest {
    private static final String FILE = "broker.boot";

    @TempDir Path first;
    @TempDir Path second;

    @BeforeEach
    void register() throws IOException {
        new LastBoot(List.of(first, second)).registered(7);
    }

    private OptionalLong survivingEpoch() throws IOException {
        return new LastBoot(List.of(first, second)).survivingEpoch();
    }

    @Test
    void whatABrokerWroteBeforeItWasKilledIsAllThereWhileTheMachineRunsOn() throws IOException {
        assertThat(survivingEpoch()).hasValue(7);
        new LastBoot(List.of(first, second)).registered(9);
        assertThat(survivingEpoch()).hasValue(9);
    }

    @Test
    void aMachineThatWasStartedAnewMayHaveLostRecords() throws IOException {
        for (var folder : List.of(first, second)) {
            Files.writeString(folder.resolve(FILE), "0b5f2c1e-another-run 7\n", US_ASCII);
        }
        assertThat(survivingEpoch()).isEmpty();
    }

    @Test
    void aFolderThatIsNewOrWasAwayMakesTheBrokerDoubtIt() throws IOException {
        Files.delete(second.resolve(FILE));
        assertThat(survivingEpoch()).as("new").isEmpty();
        new LastBoot(List.of(second)).registered(6);
        assertThat(survivingEpoch()).as("of an earlier registration").isEmpty();
    }

    @Test
    void aTornFileSaysNothing() throws IOException {
        var line = Files.readString(first.resolve(FILE), US_ASCII);
        for (var torn : List.of("", line.substring(0, line.indexOf(' ')), line.replace(" 7", " -7"),
                line.replace(" 7", " 99999999999999999999"))) {
            for (var folder : List.of(first, second)) {
                Files.writeString(folder.resolve(FILE), torn, US_ASCII);
            }
            assertThat(survivingEpoch()).as("'%s'", torn).isEmpty();
        }
    }
}
