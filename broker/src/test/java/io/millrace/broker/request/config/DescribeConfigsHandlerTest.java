package io.millrace.broker.request.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.config.DescribeConfigs;
import io.millrace.protocol.message.config.DescribeConfigs.Request;
import io.millrace.protocol.message.config.DescribeConfigs.Response.ResourceResult;
import io.millrace.protocol.message.config.DescribeConfigs.Response.Result;
import io.millrace.protocol.message.config.DescribeConfigs.Response.Synonym;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingType;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeConfigsHandlerTest {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final byte FROM_TOPIC = 1;
    private static final byte FROM_BROKER = 2;
    private static final byte FROM_ALL_BROKERS = 3;
    private static final byte FROM_FILE = 4;
    private static final byte FROM_DEFAULT = 5;
    private static final int NEWEST = 4;

    @TempDir Path folder;
    private TestCluster cluster;

    @BeforeEach
    void create() throws IOException {
        cluster = new TestCluster(folder);
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of("max.message.bytes", "2000"));
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private Result describe(byte type, String name, int version, String... keys) {
        var all = new ArrayList<Setting<?>>(ControllerSettings.all());
        all.addAll(TopicSettings.brokerSettings());
        var settings = Settings.parse(new SettingCatalog(all),
                Map.of("message.max.bytes", "5000", "log.retention.hours", "2"));
        var handler = new DescribeConfigsHandler(cluster::image, TestCluster.OWN_ID, settings);
        var request = new Request(List.of(new Request.Resource(type, name,
                keys.length == 0 ? null : Arrays.asList(keys))), true, version >= 3);
        return cluster.ask(handler, DescribeConfigs.Response.class, request, version).results().get(0);
    }

    private ResourceResult one(byte type, String name, String key) {
        var configs = describe(type, name, NEWEST, key).configs();
        assertThat(configs).hasSize(1);
        return configs.get(0);
    }

    @Test
    void aTopicHasTheKeysOfKafka() throws IllegalAccessException {
        var names = describe(TOPIC, "orders", NEWEST).configs().stream().map(ResourceResult::name).toList();
        var kafkas = new HashSet<String>();
        for (var field : TopicConfig.class.getFields()) {
            if (field.getName().endsWith("_CONFIG") && !field.isAnnotationPresent(Deprecated.class)) {
                kafkas.add((String) field.get(null));
            }
        }
        kafkas.add("leader.replication.throttled.replicas");
        kafkas.add("follower.replication.throttled.replicas");
        assertThat(names).hasSize(37).doesNotHaveDuplicates().hasSameElementsAs(kafkas);
    }

    @Test
    void aTopicsOwnValueHoldsBeforeAllOthersAndTheRestFollowInOrder() {
        cluster.configureBroker("", "message.max.bytes", "4000");
        cluster.configureBroker("0", "message.max.bytes", "3000");
        var config = one(TOPIC, "orders", "max.message.bytes");
        assertThat(config.value()).isEqualTo("2000");
        assertThat(config.configSource()).isEqualTo(FROM_TOPIC);
        assertThat(config.configType()).isEqualTo(SettingType.INT.code());
        assertThat(config.readOnly()).isFalse();
        assertThat(config.documentation()).isNotEmpty();
        assertThat(config.synonyms()).containsExactly(
                new Synonym("max.message.bytes", "2000", FROM_TOPIC),
                new Synonym("message.max.bytes", "3000", FROM_BROKER),
                new Synonym("message.max.bytes", "4000", FROM_ALL_BROKERS),
                new Synonym("message.max.bytes", "5000", FROM_FILE),
                new Synonym("message.max.bytes", "1048588", FROM_DEFAULT));
    }

    @Test
    void aTopicInheritsFromTheBroker() {
        var retention = one(TOPIC, "orders", "retention.ms");
        assertThat(retention.value()).isEqualTo("7200000");
        assertThat(retention.configSource()).isEqualTo(FROM_FILE);
        assertThat(one(TOPIC, "orders", "segment.bytes").configSource()).isEqualTo(FROM_DEFAULT);
    }

    @Test
    void anOldVersionLeavesOutWhatItCannotCarry() {
        var config = describe(TOPIC, "orders", 1, "cleanup.policy").configs().get(0);
        assertThat(config.value()).isEqualTo("delete");
        assertThat(config.documentation()).isEmpty();
    }

    @Test
    void aBrokerShowsItsValuesAndWhichCanChange() {
        cluster.configureBroker("", "log.retention.ms", "9000");
        var retention = one(BROKER, "0", "log.retention.ms");
        assertThat(retention.value()).isEqualTo("9000");
        assertThat(retention.configSource()).isEqualTo(FROM_ALL_BROKERS);
        assertThat(retention.readOnly()).isFalse();
        assertThat(one(BROKER, "0", "num.partitions").readOnly()).isTrue();
    }

    @Test
    void theDefaultOfAllBrokersHoldsOnlyWhatWasSet() {
        assertThat(describe(BROKER, "", NEWEST).configs()).isEmpty();
        cluster.configureBroker("", "log.retention.ms", "9000");
        cluster.configureBroker("0", "message.max.bytes", "3000");
        assertThat(describe(BROKER, "", NEWEST).configs()).extracting(ResourceResult::name)
                .containsExactly("log.retention.ms");
    }

    @Test
    void whatHasNoConfigsHereIsRefused() {
        assertThat(describe(TOPIC, "nowhere", NEWEST).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(describe(TOPIC, "a b", NEWEST).errorCode()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        for (var broker : List.of("1", "x")) {
            assertThat(describe(BROKER, broker, NEWEST).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
        for (byte type : new byte[] {0, 1, 8, 16, 32}) {
            var result = describe(type, "x", NEWEST);
            assertThat(result.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(result.errorMessage()).isNotEmpty();
            assertThat(result.configs()).isEmpty();
        }
    }
}
