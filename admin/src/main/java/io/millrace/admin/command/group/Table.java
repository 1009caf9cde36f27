package io.millrace.admin.command.group;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of texts under a head; each column is as wide as its widest text and at least as wide as asked for. */
public final class Table {
    private final List<String> head;
    private final List<Integer> leastWidths;
    private final String lineEnd;
    private final List<List<String>> rows = new ArrayList<>();

    /** A width of 0 is for a last column that is not padded; the line end follows each line. */
    public Table(List<String> head, List<Integer> leastWidths, String lineEnd) {
        this.head = head;
        this.leastWidths = leastWidths;
        this.lineEnd = lineEnd;
    }

    public void add(Object... cells) {
        var row = new ArrayList<String>();
        for (var cell : cells) {
            row.add(cell == null ? "-" : cell.toString());
        }
        rows.add(row);
    }

    public void print(PrintStream out) {
        var widths = new ArrayList<Integer>();
        for (int i = 0; i < head.size(); i++) {
            int widest = Math.max(head.get(i).length(), leastWidths.get(i));
            for (var row : rows) {
                widest = Math.max(widest, row.get(i).length());
            }
            widths.add(widest);
        }
        line(head, widths, out);
        rows.forEach(row -> line(row, widths, out));
    }

    private void line(List<String> cells, List<Integer> widths, PrintStream out) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(i == 0 ? "" : " ").append(cells.get(i));
            if (leastWidths.get(i) > 0) {
                line.append(" ".repeat(widths.get(i) - cells.get(i).length()));
            }
        }
        out.println(line.append(lineEnd));
    }
}
