package io.millrace.broker.diagnostic;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One short line for each event: {@code 2026-01-31 09:15:02.120 WARN  PartitionLog: text}, then the stack trace if
 * there is one. Holds no state. It spells the time out itself because the JDK's pattern formatter triples the time
 * to the first line.
 */
public final class LineFormatter extends Formatter {
    @Override
    public String format(LogRecord event) {
        var line = new StringBuilder(160);
        appendTime(line, LocalDateTime.ofInstant(event.getInstant(), ZoneId.systemDefault()));
        line.append(' ').append(levelName(event.getLevel())).append(' ');
        var logger = event.getLoggerName() == null ? "" : event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length());
        line.append(": ").append(formatMessage(event)).append('\n');
        if (event.getThrown() != null) {
            var trace = new StringWriter();
            event.getThrown().printStackTrace(new PrintWriter(trace, true));
            line.append(trace);
        }
        return line.toString();
    }

    private static void appendTime(StringBuilder line, LocalDateTime time) {
        appendDigits(line, time.getYear(), 1000);
        appendDigits(line.append('-'), time.getMonthValue(), 10);
        appendDigits(line.append('-'), time.getDayOfMonth(), 10);
        appendDigits(line.append(' '), time.getHour(), 10);
        appendDigits(line.append(':'), time.getMinute(), 10);
        appendDigits(line.append(':'), time.getSecond(), 10);
        appendDigits(line.append('.'), time.getNano() / 1_000_000, 100);
    }

    private static void appendDigits(StringBuilder line, int value, int highestUnit) {
        for (int unit = highestUnit; unit > 0; unit /= 10) {
            line.append((char) ('0' + value / unit % 10));
        }
    }

    private static String levelName(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) return "ERROR";
        if (level.intValue() >= Level.WARNING.intValue()) return "WARN ";
        if (level.intValue() >= Level.INFO.intValue()) return "INFO ";
        return "DEBUG";
    }
}
