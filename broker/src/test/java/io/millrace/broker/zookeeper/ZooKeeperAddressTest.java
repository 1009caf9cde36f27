package io.millrace.broker.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.setting.SettingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZooKeeperAddressTest {

    @Test
    void serversAndPathAreToldApart() {
        assertThat(ZooKeeperAddress.parse("a:2181,b:2182/kafka/one"))
                .isEqualTo(new ZooKeeperAddress("a:2181,b:2182", "/kafka/one"));
        assertThat(ZooKeeperAddress.parse("a:2181/")).isEqualTo(new ZooKeeperAddress("a:2181", ""));
        assertThat(ZooKeeperAddress.parse("zk.example.org"))
                .isEqualTo(new ZooKeeperAddress("zk.example.org", ""));
        assertThat(ZooKeeperAddress.parse("[::1]:2181/x"))
                .isEqualTo(new ZooKeeperAddress("[::1]:2181", "/x"));
    }

    @Test
    void settingRefusesWhatIsNoAddress() {
        for (var text : List.of("", "a:2181,", "a:port", "a b:1", "/only", "a:1//x", "a:1/x/")) {
            assertThatThrownBy(() -> ZooKeeperSettings.CONNECT.parse(text)).as(text)
                    .isInstanceOf(SettingException.class);
        }
        assertThat(ZooKeeperSettings.CONNECT.parse("embedded")).isEqualTo("embedded");
    }
}
