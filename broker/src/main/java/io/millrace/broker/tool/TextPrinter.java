package io.millrace.broker.tool;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code name: value} pairs, a row a line, as Kafka's tools print them, so that scripts that read those work. */
final class TextPrinter implements RowPrinter {
    private final PrintStream out;
    private final StringBuilder line = new StringBuilder();
    private int problems;

    TextPrinter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(Path file) {
        out.println("Dumping " + file);
    }

    @Override
    public void row(Row row) throws IOException {
        line.setLength(0);
        line.append(row.prefix());
        String separator = "";
        for (var field : row.fields().entrySet()) {
            var value = field.getValue();
            if (value != null) {
                line.append(separator).append(field.getKey()).append(": ").append(shown(value));
                separator = " ";
            }
        }
        out.println(line);
    }

    private static String shown(Object value) throws IOException {
        if (value instanceof Map<?, ?>) {
            return JsonPrinter.compact(value);
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(String::valueOf).toList()) + "]";
        }
        return value.toString();
    }

    @Override
    public void note(String text) {
        out.println(text);
    }

    @Override
    public void problem(String text) {
        problems++;
        out.println(text);
    }

    @Override
    public int problems() {
        return problems;
    }

    @Override
    public void flush() {
        out.flush();
    }
}
