package io.millrace.broker.server.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "settings.md");

    @Test
    void theDocumentSaysWhatTheCodeSays() throws IOException {
        var wanted = SettingsDocument.render();
        if (Boolean.getBoolean("settings.write")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, wanted);
        }
        assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
                .as("docs/settings.md is out of date: run this test with -Dsettings.write=true")
                .isEqualTo(wanted);
    }

    @Test
    void everySettingSaysWhatItIsFor() {
        assertThat(BrokerSettings.CATALOG.all()).allSatisfy(
                setting -> assertThat(setting.doc()).as(setting.name()).isNotBlank());
    }

    @Test
    void noSettingThatWorksIsCalledIgnored() {
        assertThat(BrokerSettings.CATALOG.all()).allSatisfy(setting -> {
            assertThat(IgnoredSettings.reason(setting.name())).as(setting.name()).isNull();
            setting.aliases().forEach(
                    alias -> assertThat(IgnoredSettings.reason(alias.name())).as(alias.name()).isNull());
        });
    }

    @Test
    void aFileWrittenForKafkaIsToldWhatDoesNothing() {
        var given = Map.of("num.io.threads", "8", "controller.quorum.voters", "1@a:1", "num.partition", "3",
                "num.partitions", "2");
        assertThat(Settings.parse(BrokerSettings.CATALOG, given).unknownNames())
                .containsExactly(
                        "Setting controller.quorum.voters has no effect here: ZooKeeper holds the cluster's"
                                + " metadata, and every broker can be the controller",
                        "Setting num.io.threads has no effect here: the core loops handle requests, see"
                                + " num.network.threads",
                        "Unknown setting num.partition is ignored; did you mean num.partitions?");
    }
}
