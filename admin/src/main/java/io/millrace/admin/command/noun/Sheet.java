package io.millrace.admin.command.noun;

import io.millrace.admin.command.line.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under named columns, or a sentence: as a table that fits the terminal, or as JSON. */
final class Sheet {
    private static final int GAP = 2;
    private static final int LEAST_COLUMN = 8;
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();
    private final String sentence;
    private boolean isBad;

    private Sheet(List<String> columns, String sentence) {
        this.columns = columns;
        this.sentence = sentence;
    }

    static Sheet of(String... columns) {
        return new Sheet(List.of(columns), null);
    }

    /** Something that was done. */
    static Sheet done(String sentence) {
        return new Sheet(List.of("done"), sentence);
    }

    Sheet row(Object... cells) {
        var row = new ArrayList<Object>();
        for (var cell : cells) {
            row.add(cell);
        }
        rows.add(row);
        return this;
    }

    /** Says that what is shown is not as it should be: the exit code tells. */
    void bad() {
        isBad = true;
    }

    int exitCode() {
        return isBad ? 1 : 0;
    }

    void printJson(PrintStream out) {
        if (sentence != null) {
            out.println(Json.text(Json.object("done", sentence)));
            return;
        }
        var objects = new ArrayList<Object>();
        for (var row : rows) {
            var object = Json.object();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i));
            }
            objects.add(object);
        }
        out.println(Json.text(objects));
    }

    /** In so many columns of characters; a longer cell is cut with three dots, the last column first. */
    void printTable(PrintStream out, int terminalWidth, boolean isColoured) {
        if (sentence != null) {
            out.println(sentence);
            return;
        }
        var widths = widths(terminalWidth);
        var head = line(columns.stream().map(each -> (Object) each.toUpperCase(Locale.ROOT)).toList(),
                widths);
        out.println(isColoured ? BOLD + head + PLAIN : head);
        rows.forEach(row -> out.println(line(row, widths)));
        if (rows.isEmpty()) {
            out.println("(none)");
        }
    }

    private int[] widths(int terminalWidth) {
        var widths = new int[columns.size()];
        int total = 0;
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (var row : rows) {
                widths[i] = Math.max(widths[i], text(row.get(i)).length());
            }
            total += widths[i] + (i == 0 ? 0 : GAP);
        }
        for (int i = widths.length - 1; i >= 0 && total > terminalWidth; i--) {
            int cut = Math.min(total - terminalWidth, Math.max(0, widths[i] - LEAST_COLUMN));
            widths[i] -= cut;
            total -= cut;
        }
        return widths;
    }

    private static String text(Object cell) {
        return cell == null ? "-" : cell.toString();
    }

    private static String line(List<Object> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            var text = text(cells.get(i));
            text = text.length() > widths[i] ? text.substring(0, Math.max(0, widths[i] - 3)) + "..." : text;
            line.append(text)
                    .append(i == widths.length - 1 ? "" : " ".repeat(widths[i] - text.length() + GAP));
        }
        return line.toString();
    }
}
