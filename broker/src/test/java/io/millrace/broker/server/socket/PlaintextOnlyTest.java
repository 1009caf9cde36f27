package io.millrace.broker.server.socket;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaintextOnlyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ssl.keystore.location | /etc/keys.jks",
        "ssl.client.auth | required",
        "sasl.enabled.mechanisms | PLAIN",
        "sasl.jaas.config | x required;",
        "sasl.mechanism.inter.broker.protocol | PLAIN",
        "listener.name.plaintext.ssl.keystore.location | /etc/keys.jks",
        "listener.name.plaintext.scram-sha-256.sasl.jaas.config | x required;",
        "listener.name.plaintext.principal.builder.class | a.Builder",
        "authorizer.class.name | kafka.security.authorizer.AclAuthorizer",
        "super.users | User:admin",
        "allow.everyone.if.no.acl.found | true",
        "delegation.token.secret.key | secret",
        "zookeeper.ssl.client.enable | true",
        "zookeeper.set.acl | true",
        "security.inter.broker.protocol | SASL_SSL"})
    void aSettingThatAsksForSecurityIsRefusedByName(String name, String value) {
        assertThatThrownBy(() -> toBind(Map.of(name, value))).isInstanceOf(SettingException.class)
                .hasMessageContaining(name).hasMessageContaining("serves PLAINTEXT only")
                .hasMessageContaining("remove it").hasMessageNotContaining("\n");
    }

    @Test
    void allOfThemAreInTheOneLine() {
        assertThatThrownBy(() -> toBind(Map.of("super.users", "User:a", "ssl.protocol", "TLSv1.3",
                "listeners", "SSL://:9093")))
                .hasMessageContaining("SSL://:9093 in listeners, ssl.protocol, super.users")
                .hasMessageContaining("remove them");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SSL://:9093 | PLAINTEXT:PLAINTEXT,SSL:SSL | SSL://:9093 in listeners",
        "SASL_PLAINTEXT://:9093 | SASL_PLAINTEXT:SASL_PLAINTEXT | SASL_PLAINTEXT://:9093 in listeners",
        "INSIDE://:9092,OUTSIDE://:9093 | INSIDE:PLAINTEXT,OUTSIDE:SASL_SSL "
                + "| OUTSIDE:SASL_SSL in listener.security.protocol.map"})
    void aListenerOfAnotherProtocolIsRefused(String listeners, String map, String named) {
        var given = Map.of("listeners", listeners, "listener.security.protocol.map", map);
        assertThatThrownBy(() -> toBind(given)).isInstanceOf(SettingException.class)
                .hasMessageContaining(named).hasMessageContaining("serves PLAINTEXT only");
    }

    @Test
    void whatIsOffOrUnusedMayStay() {
        assertThatCode(() -> toBind(Map.of("listeners", "INSIDE://:9092", "listener.security.protocol.map",
                "INSIDE:PLAINTEXT,OUTSIDE:SSL", "security.inter.broker.protocol", "PLAINTEXT",
                "authorizer.class.name", "", "ssl.client.auth", "none", "zookeeper.set.acl", "false",
                "connections.max.reauth.ms", "0"))).doesNotThrowAnyException();
    }

    private static void toBind(Map<String, String> given) {
        Listeners.toBind(Settings.parse(BrokerSettings.CATALOG, given));
    }
}
