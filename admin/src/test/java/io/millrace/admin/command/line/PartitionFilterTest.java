package io.millrace.admin.command.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionFilterTest {
    private static String chosen(PartitionFilter filter, String topic) {
        return IntStream.range(0, 6).filter(each -> filter.matches(new TopicPartition(topic, each)))
                .mapToObj(String::valueOf).reduce("", String::concat);
    }

    @Test
    void rangesEndBeforeTheirLastNumberAndMayBeOpen() {
        assertThat(chosen(PartitionFilter.parse("a:1-3"), "a")).isEqualTo("12");
        assertThat(chosen(PartitionFilter.parse("a:4-"), "a")).isEqualTo("45");
        assertThat(chosen(PartitionFilter.parse("a:-2"), "a")).isEqualTo("01");
        assertThat(chosen(PartitionFilter.parse("a:3"), "a")).isEqualTo("3");
        assertThat(chosen(PartitionFilter.parse("a:0,a:5,b"), "a")).isEqualTo("05");
        assertThat(chosen(PartitionFilter.parse("a:0,a:5,b"), "b")).isEqualTo("012345");
        assertThat(chosen(PartitionFilter.parse(":2"), "anything")).isEqualTo("2");
        assertThat(chosen(PartitionFilter.parse("a.*:2"), "abc")).isEqualTo("2");
        assertThat(chosen(PartitionFilter.of("a|b", "1,2"), "b")).isEqualTo("12");
        assertThat(chosen(PartitionFilter.of(null, null), "b")).isEqualTo("012345");
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTheReason() {
        assertThatThrownBy(() -> PartitionFilter.parse("a:x")).isInstanceOf(ToolFailure.class)
                .hasMessageContaining("a:x");
        assertThatThrownBy(() -> PartitionFilter.of("a", "1,x")).isInstanceOf(ToolFailure.class)
                .hasMessageContaining("x in 1,x");
        assertThatThrownBy(() -> PartitionFilter.parse("(")).isInstanceOf(ToolFailure.class)
                .hasMessageContaining("regex");
    }
}
