package io.millrace.broker.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LineFormatterTest {
    private final LogRecord event = new LogRecord(Level.WARNING, "flush took 12 ms");

    LineFormatterTest() {
        event.setLoggerName("io.millrace.broker.log.segment.Segment");
        event.setInstant(LocalDateTime.of(2026, 1, 31, 9, 15, 2, 7_000_000).atZone(ZoneId.systemDefault())
                .toInstant());
    }

    @Test
    void writesOneShortLine() {
        assertThat(new LineFormatter().format(event))
                .isEqualTo("2026-01-31 09:15:02.007 WARN  Segment: flush took 12 ms\n");
    }

    @Test
    void addsTheStackTrace() {
        event.setThrown(new IllegalStateException("disk gone"));
        assertThat(new LineFormatter().format(event))
                .contains("12 ms\njava.lang.IllegalStateException: disk gone\n\tat ");
    }

    @Test
    void toleratesALoggerWithoutName() {
        event.setLoggerName(null);
        assertThat(new LineFormatter().format(event)).endsWith("WARN  : flush took 12 ms\n");
    }
}
