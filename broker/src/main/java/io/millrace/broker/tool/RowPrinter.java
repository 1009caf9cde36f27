package io.millrace.broker.tool;

import java.io.IOException;
import java.nio.file.Path;

/** Where a tool shows what it found. Used by one thread. */
interface RowPrinter {

    /** All that follows is about this file. */
    void begin(Path file) throws IOException;

    void row(Row row) throws IOException;

    /** A sentence for people about the file; in JSON a row of kind "note". */
    void note(String text) throws IOException;

    /** A note about damage; also counted. */
    void problem(String text) throws IOException;

    /** Problems so far. */
    int problems();

    void flush() throws IOException;
}
